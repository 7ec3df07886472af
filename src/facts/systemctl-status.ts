/**
 * The text of `systemctl status`: a head of `Field: value` lines, an empty line, the last lines of
 * the journal. It is meant for people, but it is what they paste, and what `service` prints.
 */
import { missingUnit, type Unit } from './unit.ts'

/** `● nginx.service - A high performance web server`; the bullet tells the state by its shape. */
const TITLE = /^[●○×↻•◌*] ?([^\s/]+\.[a-z]+)(?: - .*)?$/

const FIELD = /^\s+(Loaded|Active|Main PID|Process): (\S.*)$/

/** `loaded (/lib/systemd/system/nginx.service; enabled; vendor preset: enabled)` */
const LOADED = /^([a-z-]+)(?: \(([^;)]*)(?:; ([a-z-]+))?)?/

/** `failed (Result: exit-code) since …; 2min ago`, `activating (auto-restart) (Result: …) since …` */
const ACTIVE = /^([a-z-]+)(?: \((?!Result:)([^)]*)\))?(?: \(Result: ([^)]*)\))?/

const NOT_FOUND = /^Unit (\S+) could not be found\.$/m

const RESTARTS = /restart counter is at (\d{1,9})/

/** The time behind ` since `, without how long ago it was. */
function sinceOf(active: string): string | null {
  const at = active.indexOf(' since ')
  if (at < 0) return null
  const time = active.slice(at + ' since '.length).split(';')[0] ?? ''
  return time.trim() || null
}

/** `454 (dockerd)` runs; `345 (code=exited, status=0/SUCCESS)` has ended. */
function mainProcess(fields: ReadonlyMap<string, string>): Pick<Unit, 'mainPid' | 'exitStatus'> {
  const main = fields.get('Main PID')
  const [, pid] = /^(\d{1,10}) \((?!code=)/.exec(main ?? '') ?? []
  if (pid !== undefined) return { mainPid: Number(pid), exitStatus: null }
  const [, status] =
    /\bcode=exited, status=(\d{1,3})\b/.exec(main ?? fields.get('Process') ?? '') ?? []
  return { mainPid: null, exitStatus: status === undefined ? null : Number(status) }
}

function restartsOf(journal: readonly string[]): number | null {
  const line = journal.findLast((text) => RESTARTS.test(text))
  return line === undefined ? null : Number(RESTARTS.exec(line)?.[1])
}

/** A masked unit is loaded as nothing; its file's state is the same word. */
function loadedOf(text: string): Pick<Unit, 'loadState' | 'enabled'> {
  const [, loadState = 'loaded', , enabled] = LOADED.exec(text) ?? []
  return { loadState, enabled: enabled ?? (loadState === 'masked' ? 'masked' : null) }
}

/** The lines up to the first empty one, and those up to the next. */
function paragraphs(lines: readonly string[]): readonly string[][] {
  const found: string[][] = [[]]
  for (const line of lines) {
    if (line.trim() !== '') found.at(-1)?.push(line.trimEnd())
    else if (found.push([]) > 2) break
  }
  return found
}

/** The first unit that the text shows; null where it is no status. A unit that is not there is one. */
export function parseUnitStatus(text: string): Unit | null {
  const lines = text.split(/\r?\n/)
  const at = lines.findIndex((line) => TITLE.test(line))
  const [, name] = TITLE.exec(lines[at] ?? '') ?? []
  if (name === undefined) {
    const [, unknown] = NOT_FOUND.exec(text) ?? []
    return unknown === undefined ? null : missingUnit(unknown)
  }
  const [head = [], journal = []] = paragraphs(lines.slice(at + 1))
  const fields = new Map<string, string>()
  for (const line of head) {
    const [, field, value] = FIELD.exec(line) ?? []
    if (field !== undefined && value !== undefined) fields.set(field, value)
  }
  const active = fields.get('Active')
  const [, activeState, subState, result] = ACTIVE.exec(active ?? '') ?? []
  if (active === undefined || activeState === undefined) return null
  return {
    name,
    ...loadedOf(fields.get('Loaded') ?? ''),
    activeState,
    subState: subState ?? activeState,
    result: result ?? null,
    ...mainProcess(fields),
    restarts: restartsOf(journal),
    since: sinceOf(active),
    journal,
  }
}
