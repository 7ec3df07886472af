/**
 * The errors that a socket of our own has met, with who sent them: the error queue of ip(7)
 * (IP_RECVERR) and its struct sock_extended_err, include/uapi/linux/errqueue.h.
 */
import { getSystemErrorMap } from 'node:util'
import type { Echo } from '../../diagnose/probes.ts'
import { explainIcmp } from '../../wire/icmp.ts'
import { OPTIONS } from './ip-option.ts'
import { readSockaddr } from './sockaddr.ts'
import type { KernelSocket, Message } from './socket.ts'

type QueuedError = Echo['errors'][number]

/** Where the error was found. */
const ORIGIN_LOCAL = 1
const EXTENDED_ERROR_BYTES = 16
const EMSGSIZE = 90

/** More than this is a flood. */
const MOST_ERRORS = 100

const explainErrno = (number: number): string =>
  getSystemErrorMap().get(-number)?.[1] ?? `error ${number}`

/** The words for an error's name, such as `EPERM`; the name itself where there are none. */
export const explainName = (name: string): string =>
  [...getSystemErrorMap().values()].find(([known]) => known === name)?.[1] ?? name

/** An error as the queue tells it. */
export type ExtendedError = {
  /** errno(3). */
  readonly number: number
  /** Of the ICMP message; null where this host made the error. */
  readonly icmp: { readonly type: number; readonly code: number } | null
  /** Who sent it; null for this host. */
  readonly from: string | null
  /** What would have fitted; null where it is not about size. */
  readonly mtuBytes: number | null
}

/** Reads a message of the error queue; null where it tells no error. */
export function readExtendedError(message: Message, family: 4 | 6): ExtendedError | null {
  const { level, receiveError } = OPTIONS[family]
  const found = message.control.find((one) => one.level === level && one.type === receiveError)
  if (!found || found.bytes.length < EXTENDED_ERROR_BYTES) return null
  const { bytes } = found
  const number = bytes.readUInt32LE(0)
  const mtuBytes = number === EMSGSIZE ? bytes.readUInt32LE(8) || null : null
  if (bytes.readUInt8(4) === ORIGIN_LOCAL) return { number, icmp: null, from: null, mtuBytes }
  const icmp = { type: bytes.readUInt8(5), code: bytes.readUInt8(6) }
  return { number, icmp, from: readSockaddr(bytes, EXTENDED_ERROR_BYTES), mtuBytes }
}

function readError(message: Message, family: 4 | 6): QueuedError | null {
  const error = readExtendedError(message, family)
  if (error === null) return null
  const { number, icmp, from, mtuBytes: mtu } = error
  const text = icmp === null ? explainErrno(number) : explainIcmp(family, icmp.type, icmp.code)
  return { from, text, mtu }
}

/** Takes what the queue holds; of that, the errors whose message `quotesUs`. */
export function drainErrors(
  socket: KernelSocket,
  family: 4 | 6,
  quotesUs: (message: Message) => boolean,
): QueuedError[] {
  const errors: QueuedError[] = []
  for (let count = 0; count < MOST_ERRORS; count++) {
    const message = socket.receiveError()
    if (typeof message === 'string') break
    const error = quotesUs(message) ? readError(message, family) : null
    if (error) errors.push(error)
  }
  return errors
}
