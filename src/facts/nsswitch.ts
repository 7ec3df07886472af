/** In which order hosts are looked up: the `hosts` line of /etc/nsswitch.conf, nsswitch.conf(5). */
import { saysNoSuchFile } from './no-such-file.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** What glibc does without such a line since 2.35, and musl always. */
const DEFAULT_SOURCES = ['files', 'dns']

/** A source such as `mdns4_minimal`, or an action such as `[!UNAVAIL=return]`. */
const WORD = /\[[^\][]*\]|[^\s[]+/g

const DATABASE = /^[ \t]*[a-z_]{1,20}:/m

function parseSwitch(output: Output): readonly string[] | null {
  if (saysNoSuchFile(output)) return DEFAULT_SOURCES
  const line = output.stdout.split(/\r?\n/).find((text) => /^[ \t]*hosts:/.test(text))
  if (line === undefined) {
    const empty = output.stdout.trim() === ''
    return succeeded(output) && (empty || DATABASE.test(output.stdout)) ? DEFAULT_SOURCES : null
  }
  const sources = line.slice(line.indexOf(':') + 1).split('#', 1)[0] ?? ''
  return sources.match(WORD) ?? []
}

/** The sources of host names with the actions between them: `files`, `[NOTFOUND=return]`, `dns`. */
export const hostSources: Question<readonly string[]> = {
  name: 'where host names are looked up',
  sources: [{ argv: ['cat', '/etc/nsswitch.conf'], package: 'libc-bin', parse: parseSwitch }],
}
