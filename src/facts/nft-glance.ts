/**
 * Rules of nf_tables that are plainly about other packets, in the words of nft(8) and in its JSON: known by one of
 * the comparisons that they begin with, of a header's field or of a device with constants.
 */
import { type Glimpse, glance, otherAddresses, otherDevice, otherPort } from './glimpse.ts'
import { NEXT_STATEMENT } from './nft-plain.ts'

/** Constants, as patterns. */
type Constants =
  | { readonly kind: 'address'; readonly address: string; readonly length: string }
  | { readonly kind: 'name'; readonly name: string }
  /** A port, or a set of ports, without this one. */
  | { readonly kind: 'otherPorts'; readonly port: number }
  /** Ports, ranges and sets of them, whatever they are. */
  | { readonly kind: 'anyPorts' }

/** A comparison that the packet does not fit; `either` is: nor, where it is negated. */
type Comparison = {
  /** Null: `field` is a key of `meta`. */
  readonly header: string | null
  readonly field: string
  readonly constants: Constants
  readonly either: boolean
}

const ANY_ADDRESS: Constants = { kind: 'address', address: String.raw`[\da-f.:]+`, length: '\\d+' }

/** What is asked of packets of the other family and of other protocols. */
function asksOthers({ family, protocol }: Glimpse): readonly Comparison[] {
  const header = family === 4 ? 'ip6' : 'ip'
  const others = ['tcp', 'udp'].filter((name) => name !== protocol)
  return [
    ...['saddr', 'daddr'].map((field) => ({ header, field, constants: ANY_ADDRESS, either: true })),
    ...others.flatMap((name) =>
      ['sport', 'dport'].map((field) => ({
        header: name,
        field,
        constants: { kind: 'anyPorts' } as const,
        either: true,
      })),
    ),
  ]
}

const addresses = (header: string, field: string, text: string): readonly Comparison[] =>
  otherAddresses(text).map((other) => ({
    header,
    field,
    constants: { kind: 'address', ...other },
    either: false,
  }))

const port = (header: string, field: string, number: number | null): readonly Comparison[] =>
  header === 'icmp' || number === null
    ? []
    : [{ header, field, constants: { kind: 'otherPorts', port: number }, either: false }]

const device = (keys: readonly string[], name: string | null): readonly Comparison[] =>
  name === null
    ? []
    : keys.map((field) => ({
        header: null,
        field,
        constants: { kind: 'name', name: otherDevice(name) },
        either: false,
      }))

/** What the packet plainly does not fit. */
function comparisons(glimpse: Glimpse): readonly Comparison[] {
  const header = glimpse.family === 4 ? 'ip' : 'ip6'
  return [
    ...addresses(header, 'saddr', glimpse.source),
    ...addresses(header, 'daddr', glimpse.destination),
    ...device(['iifname', 'iif'], glimpse.inputDevice),
    ...device(['oifname', 'oif'], glimpse.outputDevice),
    ...port(glimpse.protocol, 'sport', glimpse.sourcePort),
    ...port(glimpse.protocol, 'dport', glimpse.destinationPort),
    ...asksOthers(glimpse),
  ]
}

/** A number, or a set of numbers as `set` writes it, in neither of which is `port`. */
const otherPortsBy = (port: number, set: (items: string) => string): string => {
  const list = set(String.raw`(?!(?:\d+, )*0*${port}\b)\d+(?:, \d+)*`)
  return `(?:${otherPort(port)}|${list})`
}

/** `80` or `80-90`, as `port` and `range` write it, and sets of those. */
const portsBy = (range: string, set: (items: string) => string): string => {
  const item = String.raw`(?:\d+|${range})`
  return `(?:${item}|${set(`${item}(?:, ${item})*`)})`
}

/** Comparisons that may stand before, whatever they ask. */
const WORD = String.raw`[\da-fA-F:][\da-fA-F.:/-]*`
const SET = String.raw`\{ [^{}"]* \}|@[\w.-]+`
const IN_WORDS = `^(?:(?:(?:ip6?|tcp|udp|th) [sd](?:addr|port) (?:!= )?(?:${WORD}|${SET})|[io]ifname (?:!= )?"[^"]*")${NEXT_STATEMENT})*?`
const setWords = (items: string): string => String.raw`\{ ${items} \}`
const PORT_WORDS = portsBy(String.raw`\d+-\d+`, setWords)

function constantWords(constants: Constants): string {
  switch (constants.kind) {
    case 'address':
      return `${constants.address}(?:/${constants.length})?`
    case 'name':
      return `"${constants.name}"`
    case 'otherPorts':
      return otherPortsBy(constants.port, setWords)
    case 'anyPorts':
      return PORT_WORDS
  }
}

const comparisonWords = ({ header, field, constants, either }: Comparison): string =>
  `${header === null ? '' : `${header} `}${field} ${either ? '(?:!= )?' : ''}${constantWords(constants)}`

/** Constants that may stand in a comparison before, whatever they are. */
const OBJECT = String.raw`\{"\w+": (?:\{[^{}]*\}|\[[^[\]{}]*\])\}`
const LIST = String.raw`\[(?:[^[\]{}]|${OBJECT})*\]`
const ANY_JSON = String.raw`(?:"[^"]*"|\d+|${OBJECT}|${LIST}|\{"set": ${LIST}\})`
const IN_JSON = String.raw`^(?:[^["]|"[^"]*")*\[(?:\{"match": \{"op": "(?:==|!=|in)", "left": \{"(?:payload|meta|ct)": \{[^{}]*\}\}, "right": ${ANY_JSON}\}\}, )*?`
const setJson = (items: string): string => String.raw`\{"set": \[${items}\]\}`
const PORTS_JSON = portsBy(String.raw`\{"range": \[\d+, \d+\]\}`, setJson)

function constantJson(constants: Constants): string {
  switch (constants.kind) {
    case 'address': {
      const { address, length } = constants
      return String.raw`(?:"${address}"|\{"prefix": \{"addr": "${address}", "len": ${length}\}\})`
    }
    case 'name':
      return `"${constants.name}"`
    case 'otherPorts':
      return otherPortsBy(constants.port, setJson)
    case 'anyPorts':
      return PORTS_JSON
  }
}

function comparisonJson({ header, field, constants, either }: Comparison): string {
  const left =
    header === null
      ? String.raw`\{"meta": \{"key": "${field}"\}\}`
      : String.raw`\{"payload": \{"protocol": "${header}", "field": "${field}"\}\}`
  const operator = either ? '[!=]=' : '=='
  return String.raw`\{"match": \{"op": "${operator}", "left": ${left}, "right": ${constantJson(constants)}\}\}`
}

/** Whether a line of nft's listing is plainly about other packets than this one. */
export const wordsAreOfOthers: (line: string, glimpse: Glimpse) => boolean = glance(
  (glimpse) =>
    new RegExp(
      `${IN_WORDS}(?:${comparisons(glimpse).map(comparisonWords).join('|')})${NEXT_STATEMENT}`,
    ),
)

/** Whether a rule in JSON, as nft writes it, is plainly about other packets than this one. */
export const jsonIsOfOthers: (json: string, glimpse: Glimpse) => boolean = glance(
  (glimpse) => new RegExp(`${IN_JSON}(?:${comparisons(glimpse).map(comparisonJson).join('|')})`),
)
