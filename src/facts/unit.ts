/** A unit of systemd, or a service of another init system told in the same words. */
export type Unit = {
  /** `nginx.service`. */
  readonly name: string
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  readonly loadState: string
  /** `active`, `inactive`, `failed`, `activating` … */
  readonly activeState: string
  /** `running`, `exited`, `dead`, `failed`, `auto-restart` … */
  readonly subState: string
  /** `success`, `exit-code`, `signal`, `oom-kill`, `timeout` …; null where it is not told. */
  readonly result: string | null
  /** Null while no main process runs. */
  readonly mainPid: number | null
  /** Of the main process that ended; null while one runs, and after an end by a signal. */
  readonly exitStatus: number | null
  /** How often it was restarted by itself. */
  readonly restarts: number | null
  /** `enabled`, `disabled`, `static`, `masked`, `generated` …; null where it is not told. */
  readonly enabled: string | null
  /** The time since when it is in its state, as systemd writes it. */
  readonly since: string | null
  /** The last lines of its log, where the tool shows them. */
  readonly journal: readonly string[]
}

/** A unit of which only the name and the three states are known. */
export const bareUnit = (
  name: string,
  [loadState, activeState, subState]: readonly [string, string, string],
): Unit => ({
  name,
  loadState,
  activeState,
  subState,
  result: null,
  mainPid: null,
  exitStatus: null,
  restarts: null,
  enabled: null,
  since: null,
  journal: [],
})

/** What systemd says of a unit that it does not have. */
export const missingUnit = (name: string): Unit => bareUnit(name, ['not-found', 'inactive', 'dead'])
