/** Rung 4 and 7, on the server: the listening socket, its queue, and the process behind it. */

import { shellWord } from '../../base/shell-word.ts'
import { cgroupOf } from '../../facts/cgroup.ts'
import { openFiles, processLimits } from '../../facts/proc-pid.ts'
import { process } from '../../facts/ps.ts'
import type { Socket } from '../../facts/socket.ts'
import { listeners } from '../../facts/ss.ts'
import { unit } from '../../facts/systemctl.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  seen,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import type { Endpoint } from '../probes.ts'
import { remedy } from '../remedy.ts'
import type { Witness } from '../witness.ts'

const ANY = /^(\*|0\.0\.0\.0|::)$/
const LOOPBACK = /^(127\.|::1$)/

const show = ({ local, receiveQueue, sendQueue, processes }: Socket): string =>
  `LISTEN ${receiveQueue} ${sendQueue} ${local.address.includes(':') ? `[${local.address}]` : local.address}:${local.port}${processes.length > 0 ? ` ${processes.map(({ name, pid }) => `${name} (${pid})`).join(', ')}` : ''}`

/** The sockets that listen on the port, and which of them take the endpoint's address. */
async function portListeners(witness: Witness, inquiry: Inquiry, again = false) {
  const answer = again ? await inquiry.askAgain(listeners) : await inquiry.ask(listeners)
  const port = await portInQuestion(witness)
  const protocol = witness.target?.scheme === 'dns' ? 'udp' : 'tcp'
  const all = answer.known
    ? answer.value.filter(
        (socket) => socket.protocol === protocol && /^(LISTEN|UNCONN)$/.test(socket.state),
      )
    : []
  return { answer, port, protocol, all, here: all.filter(({ local }) => local.port === port) }
}

const portInQuestion = async (witness: Witness): Promise<number> =>
  (await witness.failing())?.endpoint.port ?? witness.target?.port ?? 0

/** Whether a listening socket takes connections for an address. */
function takes(socket: Socket, address: string, family: 4 | 6): boolean {
  const bound = socket.local.address
  if (bound === address || bound === `::ffff:${address}`) return true
  if (bound === '*' || bound === '::') return bound === '*' || family === 6 || bound === '::'
  return bound === '0.0.0.0' && family === 4
}

export const listening: Check = {
  id: 'listener.state',
  layer: 4,
  question: 'Is the port in LISTEN, on which address, and how full is its queue?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    const { answer, port, protocol, all, here } = await portListeners(
      witness,
      inquiry,
      failing?.stage === 'silent',
    )
    if (!answer.known) return unanswered(answer)
    const names = await witness.names()
    const address = failing?.endpoint.address ?? names?.addresses[0]?.address ?? ''
    const family = failing?.endpoint.family ?? names?.addresses[0]?.family ?? 4
    const evidence = witnessed(
      inquiry,
      answer,
      here.length > 0 ? here.map(show) : [`no socket listens on ${protocol}/${port}`],
    )
    if (here.length === 0) return nothing(witness, inquiry, port, protocol, all, evidence)
    const open = here.filter((socket) => takes(socket, address, family))
    if (open.length === 0) return elsewhere(inquiry, here, port, address, family, evidence)
    const [socket] = open
    if (!socket) return skip('no socket')
    const full =
      protocol === 'tcp' && socket.sendQueue !== null && socket.receiveQueue > socket.sendQueue
    const text = `${show(socket)}: ${socket.receiveQueue} of ${socket.sendQueue ?? '?'} waiting to be accepted`
    const acquits = [{ cause: 'tcp.no-listener' as const, because: `${show(socket)} listens` }]
    if (full)
      return {
        status: failing ? 'fail' : 'warn',
        summary: `the accept queue is full: ${text}`,
        evidence,
        acquits,
        accuses: failing ? [queueFull(socket, port)] : [],
      }
    return { ...pass(protocol === 'tcp' ? text : show(socket), evidence), acquits }
  },
}

const queueFull = (socket: Socket, port: number): Accusation => ({
  cause: 'tcp.accept-queue-full',
  side: 'server',
  weight: 'proven',
  because: `the socket of port ${port} has ${socket.receiveQueue} connections waiting and room for ${socket.sendQueue}: the process accepts too slowly`,
  place: placeOn('server'),
})

/** No socket listens on the port. */
async function nothing(
  witness: Witness,
  inquiry: Inquiry,
  port: number,
  protocol: string,
  all: readonly Socket[],
  evidence: ReturnType<typeof witnessed>,
): Promise<Ruling> {
  const failing = await witness.failing()
  const others = all
    .filter(({ local }) => !LOOPBACK.test(local.address))
    .map(({ local }) => local.port)
  const summary = `nothing listens on ${protocol} port ${port}${others.length > 0 ? `; other ports: ${[...new Set(others)].slice(0, 6).join(', ')}` : ''}`
  if (!failing)
    return {
      status: 'warn',
      summary: `${summary}; the service is answered for elsewhere (NAT, a proxy, another host)`,
      evidence,
    }
  const held = await holdsTarget(witness, inquiry, failing.endpoint.address)
  const accusation: Accusation = {
    cause: protocol === 'udp' ? 'udp.port-unreachable' : 'tcp.no-listener',
    side: 'server',
    weight: held && failing.exchange.connect.outcome === 'refused' ? 'proven' : 'likely',
    because: `the server has no socket that listens on ${protocol} port ${port}`,
    place: placeOn('server'),
    tellApart: {
      host: 'server',
      command: `ss -${protocol === 'tcp' ? 't' : 'u'}lnp sport = :${port}`,
      shows: 'no line',
    },
  }
  return { status: 'fail', summary, evidence, accuses: [accusation] }
}

async function holdsTarget(witness: Witness, inquiry: Inquiry, address: string): Promise<boolean> {
  const links = await witness.interfaces(inquiry)
  return (
    links.known && links.value.some((link) => link.addresses.some((one) => one.address === address))
  )
}

/** Something listens, but not there. */
function elsewhere(
  inquiry: Inquiry,
  here: readonly Socket[],
  port: number,
  address: string,
  family: 4 | 6,
  evidence: ReturnType<typeof witnessed>,
): Ruling {
  const loopback = here.every(({ local }) => LOOPBACK.test(local.address))
  const bound = here.map(({ local }) => local.address).join(', ')
  const wrongFamily = here.some(({ local }) => ANY.test(local.address))
  return {
    status: 'fail',
    summary: `port ${port} is in LISTEN on ${bound} only`,
    evidence,
    accuses: [
      {
        cause: loopback ? 'tcp.bound-to-loopback' : 'tcp.bound-elsewhere',
        side: 'server',
        weight: 'proven',
        because: loopback
          ? `the service of port ${port} listens on ${bound} only, where nobody but the server itself reaches it`
          : wrongFamily
            ? `the service of port ${port} listens on ${bound}, not on IPv${family}`
            : `the service of port ${port} listens on ${bound}, not on ${address}`,
        place: placeOn(inquiry.host.name),
        tellApart: {
          host: 'server',
          command: `ss -tlnp sport = :${port}`,
          shows: `LISTEN on ${bound} only`,
        },
      },
    ],
  }
}

export const local: Check = {
  id: 'listener.local',
  layer: 4,
  question: 'Does the port answer on the server itself?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target || witness.target.scheme === 'dns') return skip('there is no TCP target')
    const endpoint = await witness.suspected()
    const early = endpoint ? tryLocally(witness, inquiry, endpoint) : null
    const failing = await witness.failing()
    if (!failing) return skip('it answers from the client')
    if (failing.stage !== 'connect') return skip('the connection is accepted')
    const { asked, port, probe } = await (early ?? tryLocally(witness, inquiry, failing.endpoint))
    if (!probe)
      return unknown('neither nc, bash nor curl is there to try it with', 'netcat-openbsd')
    return probe.connected
      ? pass(`${asked} port ${port} accepts on the server itself`, [
          seen('server', probe.output, [`${asked}:${port} accepts`]),
        ])
      : {
          status: 'warn',
          summary: `${asked} port ${port} does not answer on the server itself either`,
          evidence: [
            seen('server', probe.output, [probe.output.stderr.trim().split('\n')[0] ?? '']),
          ],
        }
  },
}

/** Tries the port on the server itself, but not while the trial counts. */
async function tryLocally(witness: Witness, inquiry: Inquiry, endpoint: Endpoint) {
  const { address, port, family } = endpoint
  if (witness.target) await witness.trial({ endpoint, errand: witness.target })
  const held = await holdsTarget(witness, inquiry, address)
  const asked = held ? address : family === 4 ? '127.0.0.1' : '::1'
  return { asked, port, probe: await connectFrom(inquiry, asked, port) }
}

/** Connects on the host itself with what it has. */
async function connectFrom(inquiry: Inquiry, address: string, port: number) {
  const tries: readonly { argv: readonly string[]; connected: (code: number | null) => boolean }[] =
    [
      { argv: ['nc', '-z', '-w', '1', address, String(port)], connected: (code) => code === 0 },
      {
        argv: ['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`],
        connected: (code) => code === 0,
      },
      // curl: 7 is "could not connect", 28 a time-out; anything else came after connecting.
      {
        argv: [
          'curl',
          '-s',
          '-o',
          '/dev/null',
          '-m',
          '1',
          `telnet://${address.includes(':') ? `[${address}]` : address}:${port}`,
        ],
        connected: (code) => code !== 7,
      },
    ]
  for (const { argv, connected } of tries) {
    const output = await inquiry.run(argv, { timeoutMs: 2500 })
    if (output.failure === 'missing' || output.code === 127) continue
    return { output, connected: output.failure === null && connected(output.code) }
  }
  return null
}

const STUCK: Readonly<Record<string, string>> = {
  T: 'is stopped by a signal',
  t: 'is stopped by a debugger',
  D: 'waits for a device without end',
  Z: 'is a zombie',
}

export const alive: Check = {
  id: 'process.alive',
  layer: 7,
  question: 'Is the process behind the port alive, and does it run on?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    const stuck = failing?.stage === 'silent' || failing?.exchange.connect.outcome === 'timeout'
    const { answer, here, port } = await portListeners(witness, inquiry, stuck)
    if (!answer.known) return unanswered(answer)
    if (here.length === 0) return skip(`nothing listens on port ${port}`)
    const owners = here.flatMap(({ processes }) => processes)
    const [owner] = owners
    if (!owner) return unknown('the owner of the socket cannot be seen', 'root on the server')
    // Of workers that share the socket one that runs is enough.
    const all = await Promise.all(
      [...new Set(owners.map(({ pid }) => pid))]
        .slice(0, 4)
        .map((pid) => inquiry.askAgain(process(pid))),
    )
    const states = all.flatMap((one) => (one.known ? [one.value] : []))
    const [first] = all
    if (!first?.known) return first ? unanswered(first) : unknown('no process could be read')
    const evidence = witnessed(
      inquiry,
      first,
      states.map((one) => `${one.pid} ${one.state} ${one.command}`),
    )
    const frozen =
      states.length > 0 && states.every(({ state }) => state in STUCK) ? states[0] : undefined
    const waiting = Math.max(...here.map(({ receiveQueue }) => receiveQueue))
    if (frozen)
      return isFrozen(
        frozen.pid,
        frozen.state,
        owner.name,
        port,
        waiting,
        Boolean(failing),
        evidence,
      )
    if (failing?.stage === 'silent' && waiting > 0)
      return {
        status: 'fail',
        summary: `${owner.name} (${owner.pid}) runs, and ${count(waiting, 'connection')} wait${waiting === 1 ? 's' : ''} to be accepted`,
        evidence,
        accuses: [
          frozenAs(
            'likely',
            `${owner.name} (${owner.pid}) does not accept: ${count(waiting, 'connection')} of port ${port} wait`,
            owner.pid,
          ),
        ],
      }
    const limits = await outOfFiles(inquiry, owner.pid, Boolean(failing))
    return (
      limits ?? pass(`${owner.name} (${owner.pid}), state ${states[0]?.state ?? '?'}`, evidence)
    )
  },
}

function isFrozen(
  pid: number,
  state: string,
  name: string,
  port: number,
  waiting: number,
  failed: boolean,
  evidence: ReturnType<typeof witnessed>,
): Ruling {
  const because = `the process ${name} (${pid}) behind port ${port} ${STUCK[state]} (state ${state})${waiting > 0 ? `; ${count(waiting, 'connection')} wait${waiting === 1 ? 's' : ''} to be accepted` : ''}`
  return {
    status: failed ? 'fail' : 'warn',
    summary: because,
    evidence,
    accuses: failed ? [frozenAs('proven', because, pid, state === 'T')] : [],
  }
}

const frozenAs = (
  weight: Accusation['weight'],
  because: string,
  pid: number,
  stopped = false,
): Accusation => ({
  cause: 'tcp.frozen',
  side: 'server',
  weight,
  because,
  place: placeOn('server'),
  remedies: stopped
    ? [
        remedy({
          host: 'server',
          command: `kill -CONT ${pid}`,
          why: 'the process goes on where it was stopped',
          undo: `kill -STOP ${pid}`,
          turnsGreen: 'process.alive',
        }),
      ]
    : [],
})

/** Near the limit of open files a process accepts nothing more. */
async function outOfFiles(inquiry: Inquiry, pid: number, failed: boolean): Promise<Ruling | null> {
  if (!failed) return null
  const [limits, files] = await Promise.all([
    inquiry.ask(processLimits(pid)),
    inquiry.ask(openFiles(pid)),
  ])
  if (!limits.known || !files.known || limits.value.openFilesSoft === null) return null
  if (files.value < limits.value.openFilesSoft) return null
  const because = `process ${pid} has ${files.value} files open, its limit is ${limits.value.openFilesSoft}`
  return {
    status: 'fail',
    summary: because,
    evidence: witnessed(inquiry, limits),
    accuses: [
      {
        cause: 'service.no-resources',
        side: 'server',
        weight: 'proven',
        because,
        place: placeOn('server'),
        remedies: [
          remedy({
            host: 'server',
            command: `prlimit --pid ${pid} --nofile=65536`,
            why: 'the process may open more files',
            undo: `prlimit --pid ${pid} --nofile=${limits.value.openFilesSoft}`,
            persist: 'LimitNOFILE= in the unit',
            turnsGreen: 'process.alive',
          }),
        ],
      },
    ],
  }
}

/** The units that usually serve a port, where no process shows which. */
const USUAL_UNITS: Readonly<Record<number, readonly string[]>> = {
  21: ['vsftpd', 'proftpd', 'pure-ftpd'],
  22: ['ssh', 'sshd'],
  25: ['postfix', 'exim4'],
  53: ['bind9', 'named', 'unbound', 'dnsmasq'],
  80: ['nginx', 'apache2', 'httpd', 'caddy', 'haproxy'],
  443: ['nginx', 'apache2', 'httpd', 'caddy', 'haproxy'],
}

export const service: Check = {
  id: 'service.unit',
  layer: 7,
  question: 'Is the service active?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    if (inquiry.host.sharesMachine)
      return unknown('units belong to the machine around this network namespace')
    const { here, port } = await portListeners(witness, inquiry)
    const pid = here.flatMap(({ processes }) => processes)[0]?.pid
    const cgroup = pid ? await inquiry.ask(cgroupOf(pid)) : null
    const owner = cgroup?.known ? cgroup.value.unit : null
    const names = owner ? [owner] : here.length > 0 ? [] : (USUAL_UNITS[port] ?? [])
    const answers = await Promise.all(names.map((name) => inquiry.ask(unit(name))))
    const units = answers.flatMap((answer) =>
      answer.known && answer.value.loadState === 'loaded' ? [{ answer, unit: answer.value }] : [],
    )
    if (units.length === 0) {
      const [first] = answers
      return first && !first.known
        ? unanswered(first)
        : skip(
            here.length > 0
              ? 'the process belongs to no unit'
              : 'no unit that usually serves this port is installed',
          )
    }
    const active = units.find(({ unit: { activeState } }) => activeState === 'active')
    if (active)
      return pass(
        `${active.unit.name} is ${active.unit.activeState} (${active.unit.subState})`,
        witnessed(inquiry, active.answer),
      )
    const down =
      units.find(({ unit: u }) => u.activeState === 'failed' || u.enabled === 'enabled') ?? units[0]
    if (!down) return skip('no unit')
    return stopped(
      inquiry,
      down.unit,
      port,
      Boolean(await witness.failing()),
      witnessed(inquiry, down.answer),
    )
  },
}

function stopped(
  inquiry: Inquiry,
  down: {
    name: string
    activeState: string
    subState: string
    restarts: number | null
    result: string | null
  },
  port: number,
  failed: boolean,
  evidence: ReturnType<typeof witnessed>,
): Ruling {
  const name = down.name.replace(/\.service$/, '')
  const crashing = (down.restarts ?? 0) > 2 || down.activeState === 'activating'
  const because = `the unit ${name} is ${down.activeState} (${down.subState})${down.result && down.result !== 'success' ? `, result ${down.result}` : ''}, and nothing listens on port ${port}`
  return {
    status: failed ? 'fail' : 'warn',
    summary: because,
    evidence,
    accuses: failed
      ? [
          {
            cause: crashing ? 'service.crash-loop' : 'service.stopped',
            side: 'server',
            weight: 'proven',
            because,
            place: placeOn(inquiry.host.name),
            remedies: [
              remedy({
                host: inquiry.host.name,
                command: `systemctl start ${shellWord(name)}`,
                why: because,
                undo: `systemctl stop ${shellWord(name)}`,
                persist: `systemctl enable ${shellWord(name)}`,
                turnsGreen: 'service.unit',
              }),
            ],
          },
        ]
      : [],
  }
}
