/** What systemd-networkd sets up: the files of systemd.network(5), and which of them a link has. */
import { grepLines, linesByFile, type NumberedLine, parseNumberedLines } from './numbered-lines.ts'
import type { Output, Question } from './source.ts'

export type NetworkFile = {
  readonly file: string
  /** The patterns of `Name=` in its `[Match]`. */
  readonly names: readonly string[]
  /** Every `Key=Value` with its section. */
  readonly settings: readonly {
    readonly section: string
    readonly key: string
    readonly value: string
    readonly line: number
  }[]
}

const SECTION = /^\s*\[([A-Za-z0-9]+)\]\s*$/
const SETTING = /^\s*([A-Za-z0-9]+)\s*=(.*)$/

function readFile(file: string, lines: readonly NumberedLine[]): NetworkFile {
  let section = ''
  const settings = lines.flatMap(({ text, line }) => {
    section = SECTION.exec(text)?.[1] ?? section
    const [, key, value] = SETTING.exec(text) ?? []
    return key !== undefined && value !== undefined
      ? [{ section, key, value: value.trim(), line }]
      : []
  })
  const names = settings
    .filter((one) => one.section === 'Match' && one.key === 'Name')
    .flatMap(({ value }) => value.split(/\s+/))
  return { file, names, settings }
}

function parse(output: Output): readonly NetworkFile[] | null {
  const lines = parseNumberedLines(output)
  if (!lines) return null
  return linesByFile(lines)
    .filter(([file]) => file.endsWith('.network'))
    .map(([file, own]) => readFile(file, own))
}

/** The network files of the administrator, and those made at run time. */
export const networkFiles: Question<readonly NetworkFile[]> = {
  name: "systemd-networkd's files",
  sources: [
    {
      argv: grepLines('', ['/etc/systemd/network', '/run/systemd/network']),
      package: 'systemd',
      parse,
    },
  ],
}

const FILE = /^[ \t]*Network File: (\/\S+)/m
const STATE = /^[ \t]*State: \S+ \((\S+)\)/m

/** The network file of a link; null where systemd-networkd leaves the link alone. */
export type LinkFile = { readonly file: string | null }

function parseStatus({ stdout }: Output): LinkFile | null {
  if (STATE.exec(stdout)?.[1] === 'unmanaged') return { file: null }
  const file = FILE.exec(stdout)?.[1]
  return file === undefined ? null : { file }
}

/** Which file systemd-networkd has applied; no answer while it has yet to look at the link. */
export const linkNetworkFile = (device: string): Question<LinkFile> => ({
  name: `the network file of ${device}`,
  sources: [
    {
      argv: ['networkctl', 'status', '--no-pager', '-n', '0', device],
      package: 'systemd',
      parse: parseStatus,
    },
  ],
})
