/**
 * A backend as its front finds it, asked on the front's own host: does something listen there, does
 * it accept, does its process run on? The causes of the ladder, once more, one host further.
 */
import { shellWord } from '../base/shell-word.ts'
import { process } from '../facts/ps.ts'
import type { Socket } from '../facts/socket.ts'
import { listeners } from '../facts/ss.ts'
import { unit } from '../facts/systemctl.ts'
import { unitsNaming } from '../facts/unit-file.ts'
import { unixListeners } from '../facts/unix-socket.ts'
import { formatEndpoint } from '../wire/endpoint.ts'
import { seen, witnessed } from './check.ts'
import type { Evidence, Remedy } from './diagnosis.ts'
import { formatUpstream, type Upstream } from './front.ts'
import type { Inquiry } from './host.ts'
import { connectFrom, type Knocked } from './knock.ts'
import { remedy } from './remedy.ts'

/** What became of an upstream. */
export type Backend = {
  readonly upstream: Upstream
  /** False where it fails, null where nothing could be found out. */
  readonly works: boolean | null
  /** `127.0.0.1:8080 refuses: nothing listens there`. */
  readonly because: string
  readonly evidence: readonly Evidence[]
  readonly remedies: readonly Remedy[]
}

const LOCAL = /^(127\.|::1$|localhost$)/

const found = (upstream: Upstream, rest: Partial<Backend>): Backend => ({
  upstream,
  works: null,
  because: formatUpstream(upstream),
  evidence: [],
  remedies: [],
  ...rest,
})

/** Asks the front's host about one upstream. */
export const askBackend = (
  inquiry: Inquiry,
  upstream: Upstream,
  own: readonly string[],
): Promise<Backend> =>
  'path' in upstream ? askSocket(inquiry, upstream) : askPort(inquiry, upstream, own)

async function askSocket(inquiry: Inquiry, upstream: { path: string }): Promise<Backend> {
  const all = await inquiry.ask(unixListeners)
  if (!all.known) return found(upstream, { because: `${upstream.path}: ${all.because}` })
  const here = all.value.filter(({ path }) => path === upstream.path)
  const evidence = witnessed(
    inquiry,
    all,
    here.length > 0
      ? here.map(({ path, receiveQueue }) => `LISTEN ${receiveQueue ?? ''} ${path}`)
      : [`no socket listens on ${upstream.path}`],
  )
  if (here.length === 0)
    return found(upstream, {
      works: false,
      because: `nothing listens on ${upstream.path}`,
      evidence,
      remedies: await startUnits(inquiry, upstream.path, /php[\d.]*-fpm/.exec(upstream.path)?.[0]),
    })
  const owners = here.flatMap(({ processes }) => processes)
  return judgeProcesses(inquiry, upstream, owners, evidence)
}

async function askPort(
  inquiry: Inquiry,
  upstream: { host: string; port: number },
  own: readonly string[],
): Promise<Backend> {
  const { host, port } = upstream
  const isLocal = LOCAL.test(host) || own.includes(host)
  const address = host === 'localhost' ? '127.0.0.1' : host
  const [knocked, all] = await Promise.all([
    connectFrom(inquiry, address, port),
    isLocal ? inquiry.ask(listeners) : null,
  ])
  const sockets: readonly Socket[] = all?.known
    ? all.value.filter(({ local, protocol }) => protocol === 'tcp' && local.port === port)
    : []
  const evidence = [
    ...(knocked ? [seen(inquiry.host.name, knocked.output, [outcomeOf(knocked)])] : []),
    ...(all
      ? witnessed(inquiry, all, [
          ...sockets.map(({ local }) => `LISTEN ${formatEndpoint(local)}`),
          ...(sockets.length === 0 ? [`nothing listens on tcp/${port}`] : []),
        ])
      : []),
  ]
  const name = formatUpstream(upstream)
  if (isLocal && all?.known && sockets.length === 0)
    return found(upstream, {
      works: false,
      because: `${name} refuses: nothing listens there`,
      evidence,
      remedies: await startUnits(inquiry, String(port)),
    })
  if (!knocked) return found(upstream, { because: `${name} could not be tried`, evidence })
  if (!knocked.connected) {
    const bound = sockets.map(({ local }) => local.address).join(', ')
    const how = isRefused(knocked) ? 'refuses' : 'does not answer'
    return found(upstream, {
      works: false,
      because: `${name} ${how} from the front${bound ? `, though something listens on ${bound}` : ''}`,
      evidence,
    })
  }
  return judgeProcesses(
    inquiry,
    upstream,
    sockets.flatMap(({ processes }) => processes),
    evidence,
  )
}

/** A refusal comes at once; the programs that are used wait a second for an answer. */
const REFUSED_WITHIN_MS = 900

const isRefused = ({ output }: Knocked): boolean =>
  /refused/i.test(output.stderr) || output.tookMs < REFUSED_WITHIN_MS

const outcomeOf = ({ output, connected }: Knocked): string =>
  connected ? 'accepts' : output.stderr.trim().split('\n')[0] || 'no connection'

/** It accepts: but the kernel does that for a process that is stopped, too. */
async function judgeProcesses(
  inquiry: Inquiry,
  upstream: Upstream,
  owners: readonly { readonly name: string; readonly pid: number }[],
  evidence: readonly Evidence[],
): Promise<Backend> {
  const name = formatUpstream(upstream)
  const pids = [...new Set(owners.map(({ pid }) => pid))].slice(0, 4)
  const states = await Promise.all(pids.map((pid) => inquiry.askAgain(process(pid))))
  const known = states.flatMap((one) => (one.known ? [one.value] : []))
  const stopped = known.filter(({ state }) => /^[TtDZ]/.test(state))
  const [first] = stopped
  if (!first || stopped.length < known.length)
    return found(upstream, { works: true, because: `${name} accepts`, evidence })
  const program = owners.find(({ pid }) => pid === first.pid)?.name ?? 'its process'
  return found(upstream, {
    works: false,
    because: `${name} accepts and its process ${program} (${first.pid}) does not run on (state ${first.state})`,
    evidence: [
      ...evidence,
      ...states.flatMap((one) =>
        witnessed(
          inquiry,
          one,
          one.known ? [`${one.value.pid} ${one.value.state} ${one.value.command}`] : [],
        ),
      ),
    ],
    remedies:
      first.state === 'T'
        ? stopped.map(({ pid }) =>
            remedy({
              host: inquiry.host.name,
              command: `kill -CONT ${pid}`,
              why: 'the process of the backend goes on where it was stopped',
              undo: `kill -STOP ${pid}`,
              turnsGreen: 'application.backend',
            }),
          )
        : [],
  })
}

/** The units whose files name the port or the path, and that do not run. */
async function startUnits(inquiry: Inquiry, word: string, usual?: string): Promise<Remedy[]> {
  if (inquiry.host.limits.units === 'machine') return []
  const naming = await inquiry.ask(unitsNaming(word))
  const names = [...(usual ? [usual] : []), ...(naming.known ? naming.value : [])].slice(0, 4)
  const answers = await Promise.all(names.map((name) => inquiry.ask(unit(name))))
  return answers.flatMap((answer) =>
    answer.known && answer.value.loadState === 'loaded' && answer.value.activeState !== 'active'
      ? [
          remedy({
            host: inquiry.host.name,
            command: `systemctl start ${shellWord(answer.value.name)}`,
            why: `${answer.value.name} is ${answer.value.activeState}, and its file names ${word}`,
            undo: `systemctl stop ${shellWord(answer.value.name)}`,
            keep: { kind: 'service', name: answer.value.name },
            turnsGreen: 'application.backend',
          }),
        ]
      : [],
  )
}
