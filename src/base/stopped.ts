/** Why a decoder stopped. What it had decoded before that point stays valid. */
export type Stopped = {
  readonly stopped: true
  /** The header that could not be read, such as `dns`. */
  readonly layer: string
  /** Where it begins, in bytes from the start of the frame or message. */
  readonly at: number
  /** Bytes it needs. */
  readonly need: number
  /** Bytes there were. */
  readonly have: number
}

/** True when `value` says why decoding stopped. */
export const isStopped = (value: object): value is Stopped => 'stopped' in value

/** One line for people: `dns at 12: needs 4 bytes, has 1`. */
export const explainStopped = (stop: Stopped): string =>
  `${stop.layer} at ${stop.at}: needs ${stop.need} bytes, has ${stop.have}`
