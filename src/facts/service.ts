/**
 * What `service NAME status` prints where no systemd answers it: the scripts of /etc/init.d
 * (LSB `status_of_proc`, with and without its fancy brackets), Red Hat's, Upstart and OpenRC.
 * There is no norm for the words; the exit status, which is one, is lost in what people paste.
 */

/** What became of a service. */
export type ServiceState = 'running' | 'stopped' | 'crashed' | 'unknown-service'

/** The first that fits a line wins: `is not running` before `is running`. */
const PHRASES: readonly (readonly [RegExp, ServiceState])[] = [
  [/: unrecognized service$|^rc-service: service `.{1,80}' does not exist$/, 'unknown-service'],
  [/ dead but | status: crashed$/, 'crashed'],
  [/ is not running\b| is stopped\b| stop\/waiting\b| status: stopped$/, 'stopped'],
  [/ is running\b| is running\.\.\.| start\/running\b| status: started$/, 'running'],
  [/ \(pid[ \d]{1,80}\) is running/, 'running'],
]

/** A line of a status is short; anything longer is something else. */
const LONGEST_LINE = 200

/** The state that the text tells, or null where it is no such text. */
export function parseService(text: string): ServiceState | null {
  for (const line of text.split(/\r?\n/)) {
    if (line.length > LONGEST_LINE) continue
    const [, state] = PHRASES.find(([phrase]) => phrase.test(line.trim())) ?? []
    if (state !== undefined) return state
  }
  return null
}
