/** Listens to the kernels of the hosts of a check: that of this machine once, for all hosts whose network is on it. */
import { printable } from '../../base/printable.ts'
import type { Ears, Host, Running, Vantage } from '../../diagnose/host.ts'
import type { Hearing, KernelWord, Mute, Testimony } from '../../diagnose/kernel-word.ts'
import { type Drop, parseTraceLine, type Reset } from '../../facts/drop-trace.ts'
import { holdArgv } from '../run/spawn.ts'
import { KERNEL_COMMAND, SAYS, writeKernelScript } from './script.ts'

/** A kernel that has not told anything by now is done without. */
const READY_MS = 2500
/** What has happened is on its way for so long. */
const SETTLE_MS = 40
const FAR_SETTLE_MS = 200

/** A busy kernel takes its time to remove an instance; that is waited for, lest it outlives what runs us. */
const GONE_MS = 3000

/** More than this is not kept. */
const MOST_EVENTS = 20_000
const MOST_LINE = 1000

/** Resolves after a while; keeps no process alive. */
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })

/** Hosts with one kernel, and how to run a script beside it. */
type Kernel = {
  readonly hosts: Host[]
  readonly near: boolean
  readonly start: (script: string, ears: Ears) => Running
}

/** What a kernel printed, as it came. */
class Told {
  readonly drops: Drop[] = []
  readonly resets: Reset[] = []
  lost = 0
  #rest = ''

  take(bytes: Uint8Array): void {
    const lines = (this.#rest + Buffer.from(bytes).toString('latin1')).split('\n')
    this.#rest = (lines.pop() ?? '').slice(0, MOST_LINE)
    for (const line of lines) {
      const traced = parseTraceLine(line)
      if (traced?.kind === 'lost') this.lost += traced.events
      else if (this.drops.length + this.resets.length >= MOST_EVENTS) this.lost++
      else if (traced?.kind === 'drop') this.drops.push(traced)
      else if (traced?.kind === 'reset') this.resets.push(traced)
    }
  }
}

const TRACING_RIGHT = 'root, outside of a container'

/** Why a kernel tells nothing, by what was said instead. */
export function explainSilence(words: string): Omit<Mute, 'hosts'> {
  if (words.includes(SAYS.noTracefs))
    return { because: 'tracefs is not there, and may not be mounted', needs: TRACING_RIGHT }
  if (words.includes(SAYS.denied))
    return { because: 'an instance of tracefs may not be made', needs: TRACING_RIGHT }
  if (words.includes(SAYS.noReasons))
    return {
      because: 'it does not tell why it drops packets (Linux does from 5.17 on)',
      needs: null,
    }
  if (words.includes(SAYS.untold))
    return { because: 'a drop that was provoked was not told of', needs: null }
  if (/unshare/.test(words))
    return { because: 'tracefs is not mounted, and may not be', needs: TRACING_RIGHT }
  const last = printable(words.trim().split('\n').at(-1) ?? '').slice(0, 200)
  return { because: last === '' ? 'it did not tell anything in time' : last, needs: null }
}

/** Listens to one kernel. */
async function listenTo({ hosts, near, start }: Kernel): Promise<() => Promise<Testimony | Mute>> {
  const name = `rungs-${process.pid}-${Math.random().toString(36).slice(2, 10)}`
  const told = new Told()
  let words = ''
  let settle = (): void => {}
  const begun = new Promise<void>((resolve) => {
    settle = resolve
  })
  let gone = (): void => {}
  const ended = new Promise<void>((resolve) => {
    gone = resolve
  })
  const running = start(writeKernelScript(name), {
    onBytes: (bytes) => told.take(bytes),
    onWords: (text) => {
      words = (words + text).slice(-4000)
      if (/^rungs: (?!no resets)/m.test(words)) settle()
    },
    onEnd: () => {
      settle()
      gone()
    },
  })
  const stop = async (): Promise<void> => {
    await running.stop()
    await Promise.race([ended, pause(GONE_MS)])
  }
  const alarm = setTimeout(settle, READY_MS)
  await begun
  clearTimeout(alarm)
  const whose = hosts.map(({ name: host, role }) => ({ name: host, role }))
  if (!words.includes(SAYS.ready)) {
    await stop()
    return async () => ({ hosts: whose, ...explainSilence(words) })
  }
  return async () => {
    await pause(near ? SETTLE_MS : FAR_SETTLE_MS)
    await stop()
    return {
      hosts: whose,
      drops: told.drops.toSorted((a, b) => a.atMs - b.atMs),
      resets: words.includes(SAYS.noResets) ? null : told.resets,
      lost: told.lost,
      command: KERNEL_COMMAND,
    }
  }
}

/** The kernel by which a vantage is had; `key` is the same for the same. */
function kernelOf(host: Host, vantage: Vantage): { key: string; kernel: Kernel } {
  if (vantage.kind === 'network')
    return {
      key: 'this machine',
      kernel: {
        hosts: [host],
        near: true,
        start: (script, ears) => holdArgv(['sh'], script, ears),
      },
    }
  return { key: host.access, kernel: { hosts: [host], near: false, start: vantage.run } }
}

/** The kernels of these hosts. */
export function kernelWord(hosts: readonly Host[]): KernelWord {
  return {
    listen: async (): Promise<Hearing> => {
      const kernels = new Map<string, Kernel>()
      const mute: Mute[] = []
      for (const host of hosts) {
        const vantage = (await host.vantage?.()) ?? {
          because: 'its kernel cannot be asked from here',
        }
        if ('because' in vantage) {
          const { name, role } = host
          mute.push({ hosts: [{ name, role }], because: vantage.because, needs: null })
          continue
        }
        const { key, kernel } = kernelOf(host, vantage)
        const known = kernels.get(key)
        if (known) known.hosts.push(host)
        else kernels.set(key, kernel)
      }
      const ends = await Promise.all([...kernels.values()].map(listenTo))
      return { stop: async () => [...mute, ...(await Promise.all(ends.map((end) => end())))] }
    },
  }
}
