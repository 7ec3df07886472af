/**
 * What ifupdown sets up: /etc/network/interfaces and interfaces.d, interfaces(5). A stanza begins
 * with `iface`, `auto`, `allow-…`, `mapping` or `source`; what follows `iface` are its options.
 */
import { grepLines, type NumberedLine, parseNumberedLines } from './numbered-lines.ts'
import type { Output, Question } from './source.ts'

export type InterfaceOption = {
  readonly name: string
  readonly value: string
  readonly line: number
}

/** One `iface` stanza. */
export type Stanza = {
  readonly device: string
  /** `inet`, `inet6`; another word for what is neither. */
  readonly family: string
  /** `static`, `dhcp`, `manual`, `auto` … */
  readonly method: string
  readonly file: string
  readonly line: number
  /** Its last line. */
  readonly end: number
  readonly options: readonly InterfaceOption[]
}

export type NetworkInterfaces = {
  readonly stanzas: readonly Stanza[]
  /** The devices that are brought up at boot or when they appear: `auto`, `allow-hotplug`. */
  readonly automatic: readonly string[]
  /** The first file, to which a stanza can be added. */
  readonly file: string
}

type Draft = Omit<Stanza, 'options' | 'end'> & { end: number; options: InterfaceOption[] }

const OTHER =
  /^(?:auto|allow-\S+|no-auto-down|no-scripts|mapping|rename|template|source|source-directory)$/

function addLine(
  found: { stanzas: Draft[]; automatic: string[] },
  open: Draft | null,
  at: NumberedLine,
) {
  const [keyword = '', ...words] = at.text.trim().split(/\s+/)
  if (keyword === 'iface') {
    const [device = '', family = '', method = ''] = words
    const { file, line } = at
    const stanza: Draft = { device, family, method, file, line, end: line, options: [] }
    found.stanzas.push(stanza)
    return stanza
  }
  if (/^auto$|^allow-(?:auto|hotplug)$/.test(keyword)) found.automatic.push(...words)
  if (OTHER.test(keyword)) return null
  if (open && open.file === at.file) {
    open.options.push({ name: keyword, value: words.join(' '), line: at.line })
    open.end = at.line
  }
  return open
}

function parse(output: Output): NetworkInterfaces | null {
  const lines = parseNumberedLines(output)
  const [first] = lines ?? []
  if (!lines || !first) return null
  const found = { stanzas: [] as Draft[], automatic: [] as string[] }
  let open: Draft | null = null
  let continued = false
  for (const line of lines) {
    const isNext = continued
    continued = line.text.endsWith('\\')
    if (isNext && open) open.end = line.line
    if (isNext || /^\s*(?:#|$)/.test(line.text)) continue
    open = addLine(found, open, line)
    if (continued && open) open.end = line.line
  }
  return { ...found, file: first.file }
}

/** The stanzas of ifupdown; no answer where it has no file. */
export const networkInterfaces: Question<NetworkInterfaces> = {
  name: "ifupdown's interfaces",
  sources: [
    {
      argv: grepLines('', ['/etc/network/interfaces', '/etc/network/interfaces.d']),
      package: 'ifupdown',
      parse,
    },
  ],
}
