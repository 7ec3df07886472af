/**
 * Units of systemd: `systemctl show` (its `name=value` lines are stable by promise), the text of
 * `systemctl status`, and the scripts of /etc/init.d where there is no systemd. The words for
 * states are those of org.freedesktop.systemd1(5).
 */
import { parseService, type ServiceState } from './service.ts'
import type { Output, Question } from './source.ts'
import { parseUnitStatus } from './systemctl-status.ts'
import { bareUnit, type Unit } from './unit.ts'

export { cgroupOf, cgroupUnit } from './cgroup.ts'
export type { Unit } from './unit.ts'

const PROPERTIES =
  'Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,NRestarts,UnitFileState,ActiveEnterTimestamp,InactiveEnterTimestamp'

const PROPERTY = /^([A-Za-z]{1,40})=(.*)$/

/** CLD_EXITED of siginfo.h: the main process ended by itself, so its status is an exit status. */
const EXITED = 1

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null
}

function parseShow({ stdout }: Output): Unit | null {
  const properties = new Map<string, string>()
  for (const line of stdout.split(/\r?\n/)) {
    const [, name, value] = PROPERTY.exec(line) ?? []
    if (name !== undefined && value) properties.set(name, value)
  }
  const name = properties.get('Id')
  const loadState = properties.get('LoadState')
  const activeState = properties.get('ActiveState')
  if (name === undefined || loadState === undefined || activeState === undefined) return null
  const rests = activeState === 'inactive' || activeState === 'failed'
  const mainPid = numberOf(properties.get('MainPID')) || null
  const ended = mainPid === null && (numberOf(properties.get('ExecMainCode')) ?? EXITED) === EXITED
  return {
    name,
    loadState,
    activeState,
    subState: properties.get('SubState') ?? '',
    result: properties.get('Result') ?? null,
    mainPid,
    exitStatus: ended ? numberOf(properties.get('ExecMainStatus')) : null,
    restarts: numberOf(properties.get('NRestarts')),
    enabled: properties.get('UnitFileState') ?? null,
    since: properties.get(rests ? 'InactiveEnterTimestamp' : 'ActiveEnterTimestamp') ?? null,
    journal: [],
  }
}

const parseStatus = ({ stdout, stderr }: Output): Unit | null =>
  parseUnitStatus(stdout) ?? parseUnitStatus(stderr)

/** The states of a script's service in the words of systemd. */
const STATES: Readonly<Record<ServiceState, readonly [string, string, string]>> = {
  running: ['loaded', 'active', 'running'],
  stopped: ['loaded', 'inactive', 'dead'],
  crashed: ['loaded', 'failed', 'failed'],
  'unknown-service': ['not-found', 'inactive', 'dead'],
}

function parseScript(name: string, output: Output): Unit | null {
  const state = parseService(output.stdout) ?? parseService(output.stderr)
  if (state === null) return null
  return bareUnit(name, STATES[state])
}

/** The unit or service `name`, given as `nginx` or `nginx.service`. */
export const unit = (name: string): Question<Unit> => ({
  name: `the state of the service ${name}`,
  sources: [
    {
      argv: ['systemctl', 'show', name, '--no-pager', '-p', PROPERTIES],
      package: 'systemd',
      parse: parseShow,
    },
    {
      argv: ['systemctl', 'status', name, '--no-pager'],
      package: 'systemd',
      parse: parseStatus,
    },
    {
      argv: ['service', name.replace(/\.service$/, ''), 'status'],
      package: 'init-system-helpers',
      parse: (output) => parseStatus(output) ?? parseScript(name, output),
    },
  ],
})

/** The unit that process `pid` belongs to, which is `session-N.scope` for a login. */
export const unitOfPid = (pid: number): Question<Unit> => ({
  name: `the service of process ${pid}`,
  sources: [
    {
      argv: ['systemctl', 'status', String(pid), '--no-pager'],
      package: 'systemd',
      parse: parseStatus,
    },
  ],
})

/** A line of the list of units. */
export type ListedUnit = {
  readonly name: string
  readonly loadState: string
  readonly activeState: string
  readonly subState: string
  readonly description: string
}

/** `nginx.service loaded active running A high performance …`; failed ones may have a bullet. */
const LISTED =
  /^(?:[●○×↻*•]? +)?(\S+\.[a-z]+) +([a-z-]+) +(active|inactive|failed|activating|deactivating|reloading|maintenance|refreshing) +([a-z-]+)(?: +(\S.*))?$/

function parseList({ stdout }: Output): readonly ListedUnit[] | null {
  const units = stdout.split(/\r?\n/).flatMap((line) => {
    const [, name, loadState, activeState, subState, description = ''] = LISTED.exec(line) ?? []
    if (!name || !loadState || !activeState || !subState) return []
    return [{ name, loadState, activeState, subState, description: description.trim() }]
  })
  return units.length > 0 ? units : null
}

/** All services that systemd knows, running or not. */
export const unitList: Question<readonly ListedUnit[]> = {
  name: 'the services',
  sources: [
    {
      argv: [
        'systemctl',
        'list-units',
        '--all',
        '--no-pager',
        '--plain',
        '--no-legend',
        '--type=service',
      ],
      package: 'systemd',
      parse: parseList,
    },
  ],
}
