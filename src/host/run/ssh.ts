/**
 * A host reached by the system's own `ssh`, with the user's configuration, keys and agent; nothing
 * needs to be installed there. All commands share one connection (ControlMaster, ssh_config(5)).
 * The login shell may be any: it is only asked to become `sh`, which reads what to do.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Host, MACHINE, type Role, type RunOptions } from '../../diagnose/host.ts'
import type { Output } from '../../facts/source.ts'
import { formatHex } from '../../wire/bytes.ts'
import { readTimeout } from './far-side.ts'
import { gate } from './gate.ts'
import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_MS, holdArgv, runArgv } from './spawn.ts'
import { formatSshDestination, type SshDestination } from './ssh-destination.ts'
import { readFrame, writeFrame } from './ssh-frame.ts'

export type SshOptions = {
  /** Given to `ssh` before its destination, such as `['-F', FILE]`. */
  readonly arguments?: readonly string[]
  /** For how long a connection is tried. */
  readonly connectTimeoutMs?: number
}

/** sshd allows ten sessions a connection (MaxSessions, sshd_config(5)); some are left to others. */
const MOST_SESSIONS = 6
/** An idle connection that we could not close ends by itself. */
const PERSIST_SECONDS = 30
const CONNECT_TIMEOUT_MS = 10_000

/** The path of a control socket is at most 108 bytes (unix(7)), and ssh adds 17 while making it. */
const LONGEST_DIRECTORY = 70

/** A directory that only we can enter, removed at the latest when the process ends. */
function privateDirectory(): string {
  const base = tmpdir()
  const directory = mkdtempSync(join(base.length > LONGEST_DIRECTORY ? '/tmp' : base, 'rungs-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Room for the markers, and for what a login shell says of its own. */
const FRAME_BYTES = 64 << 10

/** The output within the limits that were asked for. */
function hold(output: Output, most: number, timeoutMs: number): Output {
  const bytes = Buffer.from(output.stdout)
  if (bytes.length > most) {
    const stdout = bytes.subarray(0, most).toString('utf8')
    return { ...output, stdout, code: null, failure: 'too-large' }
  }
  return readTimeout(output, timeoutMs)
}

function sshArguments(to: SshDestination, control: string, options: SshOptions): string[] {
  const seconds = Math.ceil((options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) / 1000)
  const settings = [
    'BatchMode=yes',
    `ConnectTimeout=${seconds}`,
    'ControlMaster=auto',
    `ControlPersist=${PERSIST_SECONDS}`,
    `ControlPath=${control}`,
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
  ]
  return [
    ...(options.arguments ?? []),
    ...settings.flatMap((setting) => ['-o', setting]),
    ...(to.user === null ? [] : ['-l', to.user]),
    ...(to.port === null ? [] : ['-p', String(to.port)]),
  ]
}

/** The output where no command was run at all, with what ssh or the shell said instead. */
function unreachable(argv: readonly string[], came: Output): Output {
  const said = [came.stderr, came.stdout.slice(0, 500)].map((text) => text.trim()).filter(Boolean)
  const reason =
    came.failure === 'missing'
      ? 'ssh is not installed (package openssh-client)'
      : said.join('\n') || `ssh ended with ${came.code ?? came.failure} and no word`
  const failure = came.failure === 'too-large' ? came.failure : 'unreachable'
  return { ...came, argv, stdout: '', stderr: `${reason}\n`, code: null, failure }
}

/** The host at `to`. Its connection is opened by the first command and ended by `close`. */
export function sshHost(
  to: SshDestination,
  hostName: string,
  role: Role,
  options: SshOptions = {},
): Host {
  const enter = gate(MOST_SESSIONS)
  let directory: string | null = null
  let connected: Promise<Output> | null = null
  const ssh = (words: readonly string[]): string[] => {
    directory ??= privateDirectory()
    return ['ssh', ...sshArguments(to, join(directory, 'c'), options), ...words]
  }
  const command = (): string[] => ssh(['-T', '--', to.host, 'exec sh'])

  const runOnce = async (argv: readonly string[], asked: RunOptions): Promise<Output> => {
    const marker = `rungs-${formatHex(crypto.getRandomValues(new Uint8Array(12)))}`
    const timeoutMs = asked.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const script = writeFrame(argv, marker, timeoutMs)
    const connectMs = connected ? 0 : (options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS)
    const most = asked.maxBytes ?? DEFAULT_MAX_BYTES
    const came = await runArgv(command(), {
      timeoutMs: timeoutMs + connectMs,
      maxBytes: most + FRAME_BYTES,
      stdin: script,
    })
    const output = readFrame(argv, marker, came)
    return output ? hold(output, most, timeoutMs) : unreachable(argv, came)
  }

  /** The first command opens the connection; the others wait for it, and share its failure. */
  const run = async (argv: readonly string[], asked: RunOptions = {}): Promise<Output> => {
    if (!connected) {
      const first = runOnce(argv, asked)
      connected = first
      return first
    }
    const first = await connected
    if (first.failure === 'unreachable') return { ...first, argv, tookMs: 0 }
    return enter(() => runOnce(argv, asked))
  }

  const close = async (): Promise<void> => {
    if (directory === null) return
    await connected
    await runArgv(ssh(['-O', 'exit', '--', to.host]))
    rmSync(directory, { recursive: true, force: true })
    directory = null
    connected = null
  }

  return {
    name: hostName,
    role,
    access: `ssh://${formatSshDestination(to)}`,
    limits: MACHINE,
    run,
    vantage: async () => {
      const first = await connected
      return first?.failure === 'unreachable'
        ? { because: 'the host is out of reach' }
        : { kind: 'program', run: (script, ears) => holdArgv(command(), script, ears) }
    },
    close,
  }
}
