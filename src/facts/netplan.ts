/**
 * What netplan sets up: /etc/netplan/*.yaml, netplan(5). Of YAML only the nesting of block mappings
 * by indentation is read, which is what names the devices.
 */
import { grepLines, linesByFile, type NumberedLine, parseNumberedLines } from './numbered-lines.ts'
import type { Output, Question } from './source.ts'

export type NetplanDevice = {
  /** `ethernets`, `bridges`, `wifis`, `vlans`, `bonds` … */
  readonly section: string
  readonly id: string
  /** Its name where the definition gives another one: `set-name`, or `name` of `match`. */
  readonly name: string | null
  readonly file: string
}

export type Netplan = {
  readonly renderer: string | null
  readonly devices: readonly NetplanDevice[]
}

const ENTRY = /^( *)(?:"([^"]+)"|'([^']+)'|([^\s#:'"-][^\s:]*)):(?:\s(.*))?$/

/** The words of a scalar without its quotes and comment. */
const scalar = (text: string): string =>
  text
    .replace(/(?:^|\s)#.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')

type Level = { readonly indent: number; readonly key: string }

/** The keys that a line is nested in, its own last, and its value. */
function* entries(lines: readonly NumberedLine[]) {
  let levels: Level[] = []
  for (const { text } of lines) {
    const [, space, double, single, plain, value = ''] = ENTRY.exec(text) ?? []
    if (space === undefined) continue
    const key = double ?? single ?? plain ?? ''
    levels = [
      ...levels.filter(({ indent }) => indent < space.length),
      { indent: space.length, key },
    ]
    yield { path: levels.map((level) => level.key), value: scalar(value) }
  }
}

function parse(output: Output): Netplan | null {
  const lines = parseNumberedLines(output)?.filter(({ file }) => file.endsWith('.yaml')) ?? []
  let renderer: string | null = null
  const devices = new Map<string, NetplanDevice>()
  for (const [file, own] of linesByFile(lines))
    for (const { path, value } of entries(own)) {
      const [root, section = '', id, ...rest] = path
      if (root !== 'network') continue
      if (path.length === 2 && section === 'renderer') renderer = value
      if (id === undefined || section === 'renderer') continue
      const key = `${section}.${id}`
      const known = devices.get(key) ?? { section, id, name: null, file }
      const named = /^(?:set-name|match\.name)$/.test(rest.join('.')) && value !== ''
      devices.set(key, named ? { ...known, name: value } : known)
    }
  return devices.size > 0 ? { renderer, devices: [...devices.values()] } : null
}

/** The devices that netplan defines; no answer where it has no file that may be read. */
export const netplan: Question<Netplan> = {
  name: "netplan's devices",
  sources: [{ argv: grepLines('', ['/etc/netplan']), package: 'netplan.io', parse }],
}
