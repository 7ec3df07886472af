/**
 * Kernel parameters that are set at boot: sysctl.d(5). Files are read in the order of their names,
 * whatever folder they are in, of two with one name the one in /etc; /etc/sysctl.conf comes last.
 */
import { grepLines, type NumberedLine, parseNumberedLines } from './numbered-lines.ts'
import type { Output, Question } from './source.ts'

/** The folders, those that win first. */
const FOLDERS = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
]
const LAST = '/etc/sysctl.conf'

export type BootSetting = NumberedLine & { readonly name: string; readonly value: string }

const SETTING = /^-?\s*([\w./*@:-]+)\s*=(.*)$/

/** In a name either dots or slashes part the words, by which comes first. */
const canonical = (name: string): string =>
  /^[^.]*\//.test(name)
    ? name.replaceAll(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
    : name

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1)
const folderRank = (file: string): number =>
  FOLDERS.findIndex((folder) => file.startsWith(`${folder}/`))

function parse(output: Output): readonly BootSetting[] | null {
  const lines = parseNumberedLines(output)
  if (!lines) return null
  const winners = new Map<string, string>()
  for (const { file } of lines) {
    const winner = winners.get(baseName(file))
    if (winner === undefined || folderRank(file) < folderRank(winner))
      winners.set(baseName(file), file)
  }
  const counts = (file: string): boolean =>
    file === LAST || (file.endsWith('.conf') && winners.get(baseName(file)) === file)
  const place = (file: string): string => (file === LAST ? '1' : `0${baseName(file)}`)
  return lines
    .filter(({ file }) => counts(file))
    .toSorted((a, b) =>
      place(a.file) < place(b.file) ? -1 : place(a.file) > place(b.file) ? 1 : 0,
    )
    .flatMap((line) => {
      const [, name, value] = SETTING.exec(line.text.trim()) ?? []
      return name !== undefined && value !== undefined
        ? [{ ...line, name: canonical(name), value: value.trim() }]
        : []
    })
}

/** What is set at boot, in the order in which it is set: of two for one name the last one stays. */
export const bootSettings: Question<readonly BootSetting[]> = {
  name: 'the kernel parameters set at boot',
  sources: [{ argv: grepLines('^[^#;]', [LAST, ...FOLDERS]), package: 'procps', parse }],
}
