/**
 * Kernel parameters: sysctl(8) of procps or busybox, else the files below /proc/sys that it reads.
 * In a parameter's name dots stand for slashes, and a slash for a dot: `net.ipv4.conf.eth0/5.rp_filter`.
 */
import type { Output, Question } from './source.ts'

const ASSIGNMENT = /^([\w\-/@:]+\.[\w.\-/@:]+) ?= ?(.*)$/

/** What `grep -H` puts before a file's line; neither a path here nor an interface has a colon. */
const FILE_LINE = /^\/proc\/sys\/([^:]+):(.*)$/

const swapped = (text: string): string =>
  text.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))

/** Values by name; the lines of a value of several are kept apart by line feeds. */
function parseLines(
  { stdout }: Output,
  line: RegExp,
  nameOf: (text: string) => string,
): ReadonlyMap<string, string> | null {
  const values = new Map<string, string[]>()
  for (const text of stdout.split(/\r?\n/)) {
    const [, key, value = ''] = line.exec(text) ?? []
    if (key === undefined) continue
    const name = nameOf(key)
    const before = values.get(name)
    if (before === undefined) values.set(name, [value])
    else before.push(value)
  }
  if (values.size === 0) return null
  return new Map(Array.from(values, ([name, lines]) => [name, lines.join('\n')]))
}

/**
 * The values of kernel parameters, such as `net.ipv4.ip_forward`, as text. One that the host does
 * not have is not in the map; when it has none of them there is no answer.
 */
export const sysctls = (names: readonly string[]): Question<ReadonlyMap<string, string>> => ({
  name: 'the kernel parameters',
  sources: [
    {
      argv: ['sysctl', ...names],
      package: 'procps',
      parse: (output) => parseLines(output, ASSIGNMENT, (name) => name),
    },
    {
      argv: ['grep', '-H', '', ...names.map((name) => `/proc/sys/${swapped(name)}`)],
      package: 'grep',
      parse: (output) => parseLines(output, FILE_LINE, swapped),
    },
  ],
})
