/**
 * The verdict on a capture as a whole, as a check gives one: the faults of its connections are counted
 * by cause and side, what most of them say is named, and what other connections of the same server
 * show is held against it. Connections are given one by one and forgotten.
 */
import type { Connection } from '../flow/connection.ts'
import { resetAuthor } from '../flow/reset-author.ts'
import { hasSaid } from '../flow/story-name.ts'
import type { Story } from '../flow/story-word.ts'
import { formatAddress } from '../wire/address.ts'
import { formatEndpoint } from '../wire/endpoint.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { type CauseCode, isCauseCode } from './cause.ts'
import type { Accusation, Acquittal } from './check.ts'
import type { Side, State, TellApart, Verdict } from './diagnosis.ts'
import { nothingArrives, on, serverRules } from './suspicion.ts'
import { weigh } from './verdict.ts'

/** What a capture says as a whole. */
export type CaptureVerdict = Verdict & {
  /** Connections that were judged, and those of them with a fault. */
  readonly connections: number
  readonly faults: number
  /** How many of the faults say the same as the verdict, the ids of the first of them, and the frames that show the first. */
  readonly agreeing: number
  readonly ids: readonly number[]
  readonly proof: readonly number[]
}

type Group = {
  readonly cause: CauseCode
  readonly side: Side
  readonly story: Story
  readonly client: string
  readonly server: string
  readonly port: number
  readonly endpoint: string
  readonly servers: Set<string>
  readonly ids: number[]
  count: number
  proven: boolean
  readonly fault: boolean
}

/** As many ids are kept of those that agree, and as many servers are remembered. */
const MOST_IDS = 10
const MOST_SERVERS = 65_536

/** The server was reached and said no, as an answer of the 4xx kind does: degraded, not unreachable. */
const REFUSALS: ReadonlySet<string> = new Set([
  'http.not-found',
  'proxy.required',
  'service.denied',
  'service.rate-limited',
  'session.login-refused',
  'smtp.refused',
])

const addressOf = (bytes: Uint8Array): string =>
  formatAddress({ family: bytes.length === 16 ? 6 : 4, bytes, zone: null })

/** Gathers what the connections of a capture say. */
export class CaptureVerdicts {
  #connections = 0
  #faults = 0
  /** Connections of TCP that went their way, be it to a refusal. */
  #reached = 0
  readonly #groups = new Map<string, Group>()
  /** Servers of which something came back. */
  readonly #alive = new Set<string>()

  /** Takes one connection and its story. */
  add(connection: Connection, story: Story): void {
    this.#connections++
    const { server } = connection
    const address = addressOf(server.address)
    const isAlive = server.packets > 0 && resetAuthor(connection, false)?.by !== 'between'
    if (isAlive && this.#alive.size < MOST_SERVERS) this.#alive.add(address)
    const [first] = story.suspects
    const went = !story.fault || (first !== undefined && REFUSALS.has(first.cause))
    if (story.fault) this.#faults++
    if (went && connection.protocol === PROTOCOL.tcp && hasSaid(server)) this.#reached++
    if (!first || !isCauseCode(first.cause)) return
    const key = `${story.fault} ${first.cause} ${first.side}`
    const known = this.#groups.get(key)
    if (known) join(known, connection, story, address)
    else this.#groups.set(key, groupOf(connection, story, first.cause, first.side, address))
  }

  /** What the capture says so far. */
  verdict(): CaptureVerdict {
    const ranked = [...this.#groups.values()].toSorted(
      (a, b) => Number(b.fault) - Number(a.fault) || b.count - a.count,
    )
    const [first] = ranked
    const state = this.#state(first)
    const judged = { connections: this.#connections, faults: this.#faults }
    const about = {
      name: this.#connections === 1 ? 'the connection' : 'the capture',
      broken: null,
      fails: 'shows a fault',
    }
    if (!first || state === 'reachable') {
      const verdict = weigh(state, [], [], about)
      const summary = this.#quiet(state)
      return { ...verdict, summary, ...judged, agreeing: 0, ids: [], proof: [] }
    }
    const verdict = weigh(state, accusationsOf(first, this.#alive), this.#acquittals(first), about)
    const behind = ranked
      .slice(1)
      .filter(({ fault }) => fault)
      .map(({ cause, side, story }) => ({ cause, side, because: story.summary }))
    return {
      ...verdict,
      summary: summaryOf(first, this.#connections),
      behind,
      ...judged,
      agreeing: first.count,
      ids: first.ids,
      proof: first.story.proof,
    }
  }

  /** Nothing seen is never healthy. */
  #state(first: Group | undefined): State {
    if (this.#connections === 0) return 'undetermined'
    if (this.#faults === 0) {
      if (first) return 'degraded'
      return this.#reached > 0 ? 'reachable' : 'undetermined'
    }
    return this.#reached > 0 ? 'degraded' : 'unreachable'
  }

  #quiet(state: State): string {
    if (this.#connections === 0) return 'no connection is in the capture'
    const all = `${this.#connections} connection${this.#connections === 1 ? '' : 's'}`
    if (this.#faults > 0) return `${this.#faults} of ${all} failed, and nothing tells why`
    return state === 'reachable'
      ? `${all}, and none of them shows a fault`
      : `${all}, and none of them shows that an answer came`
  }

  /** A server that answers elsewhere is there, and the way to it and back as well. */
  #acquittals({ story, server, endpoint }: Group): readonly Acquittal[] {
    if (story.name !== 'unanswered' || !this.#alive.has(server)) return []
    const because = `the server of ${endpoint} answers on another connection of the capture`
    return GONE_IF_ALIVE.map((cause) => ({ cause, because }))
  }
}

const GONE_IF_ALIVE: readonly CauseCode[] = [
  'link.neighbour-failed',
  'route.dead-end',
  'route.return-missing',
]

function groupOf(
  connection: Connection,
  story: Story,
  cause: CauseCode,
  side: Side,
  server: string,
): Group {
  const { port } = connection.server
  return {
    cause,
    side,
    story,
    client: addressOf(connection.client.address),
    server,
    port,
    endpoint: formatEndpoint({ address: server, port }),
    servers: new Set([server]),
    ids: [connection.id],
    count: 1,
    proven: story.proven,
    fault: story.fault,
  }
}

function join(group: Group, connection: Connection, story: Story, server: string): void {
  group.count++
  group.proven ||= story.proven
  if (group.ids.length < MOST_IDS) group.ids.push(connection.id)
  if (group.servers.size < MOST_SERVERS) group.servers.add(server)
}

/** The suspects of the group's first story in its order: they look alike, so that none explains another away. */
function accusationsOf(group: Group, alive: ReadonlySet<string>): Accusation[] {
  const { story, server, proven } = group
  const suspects = [...story.suspects]
  // With a sign that the host is there, its own filter is nearer than one on the way.
  if (story.name === 'unanswered' && alive.has(server))
    suspects.sort(
      (a, b) =>
        Number(b.cause === 'firewall.ingress-drop') - Number(a.cause === 'firewall.ingress-drop'),
    )
  return suspects.flatMap(({ cause, side }, index) => {
    if (!isCauseCode(cause)) return []
    const tellApart = tells(cause, side, group)
    const weight = index === 0 && proven ? 'proven' : 'possible'
    return [{ cause, side, weight, because: story.summary, ...(tellApart && { tellApart }) }]
  })
}

const RULES = 'nft list ruleset; iptables -S'

/** The one command that would tell whether it is this cause. */
function tells(cause: CauseCode, side: Side, { port, client, server }: Group): TellApart | null {
  switch (cause) {
    case 'tcp.no-listener':
      return on('server', `ss -tln sport = :${port}`, 'no line')
    case 'udp.port-unreachable':
      return on('server', `ss -uln sport = :${port}`, 'no line')
    case 'firewall.ingress-drop':
    case 'firewall.ingress-reset':
    case 'firewall.ingress-reject':
      return side === 'server' ? serverRules(port) : on(side, RULES, 'a rule that stops the answer')
    case 'firewall.path-drop':
    case 'firewall.path-reset':
    case 'firewall.path-reject':
      return nothingArrives(port)
    case 'route.return-missing':
      return on('server', `ip route get ${client}`, 'unreachable, or another interface')
    case 'link.neighbour-failed':
      return on('the last router', 'ip neigh', 'FAILED for the address')
    case 'tcp.frozen':
      return on('server', `ss -tlnp sport = :${port}`, 'Recv-Q of 1 or more')
    case 'session.accepted-then-closed':
      return on('server', 'cat /etc/hosts.deny; journalctl -n 50', 'a refusal of the client')
    case 'mtu.black-hole':
      return on('client', `ping -M do -s 1472 ${server}`, 'loss, and none with a smaller size')
    default:
      return null
  }
}

/** One sentence: what the first of them did, and how many did the same. */
function summaryOf({ story, count, endpoint, servers, fault }: Group, connections: number): string {
  const more =
    count > 1 ? `, and ${count - 1} more of the ${connections} connections say the same` : ''
  const where = servers.size > 1 ? `${endpoint} and ${servers.size - 1} more` : endpoint
  return `${fault ? story.name : `${story.name}, with a blemish`}: ${where}: ${story.summary}${more}`
}
