/** TCP's options as tcpdump prints them, present and old: `mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7`. */

/** A header has room for no more, RFC 9293 §3.1. */
const MOST_OPTION_BYTES = 40

/** Turns a printed edge of a SACK block into the number on the wire. */
export type SackEdge = (printed: number) => number

const option = (kind: number, ...value: readonly number[]): number[] => [
  kind,
  value.length + 2,
  ...value,
]

const word = (number: number): number[] => [(number >> 8) & 0xff, number & 0xff]
const long = (number: number): number[] => [...word(number >>> 16), ...word(number)]

type Form = {
  readonly form: RegExp
  readonly bytes: (numbers: readonly number[], edge: SackEdge, text: string) => number[]
}

/** Kinds as in IANA's registry “TCP Option Kind Numbers”. */
const FORMS: readonly Form[] = [
  { form: /^nop$/, bytes: () => [1] },
  { form: /^eol$/, bytes: () => [0] },
  { form: /^mss (\d+)$/, bytes: ([size = 0]) => option(2, ...word(size)) },
  { form: /^wscale (\d+)$/, bytes: ([shift = 0]) => option(3, shift & 0xff) },
  { form: /^sackOK$/, bytes: () => option(4) },
  {
    form: /^(?:TS val|timestamp) (\d+)(?: ecr)? (\d+)$/,
    bytes: ([value = 0, echo = 0]) => option(8, ...long(value), ...long(echo)),
  },
  {
    form: /^(?:sack )?sack \d+ ((?:\{\d+:\d+\})+)$/,
    bytes: (_, edge, text) => {
      const edges = [...text.slice(text.indexOf('{')).matchAll(/\d+/g)]
      return option(5, ...edges.flatMap(([printed]) => long(edge(Number(printed)))))
    },
  },
]

/**
 * The bytes of the options, filled up with zeros to a multiple of four. Options that are not known take the place of nothing;
 * what a header has no room for is left out.
 */
export function parseOptions(text: string, edge: SackEdge): Uint8Array {
  const bytes: number[] = []
  // Commas stand between options, never in one; old versions print a space behind them.
  for (const part of text.split(',')) {
    const trimmed = part.trim()
    for (const { form, bytes: write } of FORMS) {
      const match = form.exec(trimmed)
      if (match === null) continue
      const written = write(match.slice(1).map(Number), edge, trimmed)
      if (bytes.length + written.length <= MOST_OPTION_BYTES) bytes.push(...written)
    }
  }
  const filled = new Uint8Array((bytes.length + 3) & ~3)
  filled.set(bytes)
  return filled
}
