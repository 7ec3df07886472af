/**
 * Positive controls: before the far end is blamed, something else must be known to work from here,
 * or not. Asked only after a failure, all side by side, each no longer than a second.
 */
import { type Connect, type Echo, type Endpoint, isAnswered, type Probes } from './probes.ts'

export type Hop = {
  readonly ttl: number
  /** Who answered that the packet's time was exceeded; null where nobody did. */
  readonly from: string | null
  /** What an ICMP error said that was not "time exceeded". */
  readonly error: string | null
  /** True where the target itself answered. */
  readonly arrived: boolean
}

export type Controls = {
  readonly echo: Echo
  /** Other usual ports of the same address. */
  readonly ports: readonly Connect[]
  /** Something of that host answered: an echo, a connection or a refusal. */
  readonly alive: boolean
  /** What answered, for a sentence; null when nothing did. */
  readonly aliveBy: string | null
  readonly hops: readonly Hop[]
  /** The first router answers a ping of its own address; null where that was not asked. */
  readonly gatewayAnswers: boolean | null
}

const PORTS = [22, 80, 443, 53]
/** Where a mail server listens besides: many networks let everything out but port 25. */
const MAIL_PORTS = [587, 465]
const CONTROL_TIMEOUT_MS = 900
/** Enough to leave any site and see where the path goes silent. */
const MOST_HOPS = 12

const TIME_EXCEEDED = /time to live exceeded|time exceeded|hop limit/i

const hop = (ttl: number, echo: Echo): Hop => {
  const expired = echo.errors.find(({ text }) => TIME_EXCEEDED.test(text))
  const other = echo.errors.find(({ text }) => !TIME_EXCEEDED.test(text))
  return {
    ttl,
    from: expired?.from ?? other?.from ?? null,
    error: other ? other.text : null,
    arrived: echo.received > 0,
  }
}

/** How long other ports are waited for where the one in question was refused: it came at once. */
const REFUSED_TIMEOUT_MS = 300

const askPorts = (endpoint: Endpoint, probes: Probes, timeoutMs: number): Promise<Connect[]> =>
  Promise.all(
    [...PORTS, ...(endpoint.port === 25 ? MAIL_PORTS : [])]
      .filter((port) => port !== endpoint.port)
      .map((port) => probes.connect({ ...endpoint, port }, timeoutMs)),
  )

/** Other usual ports of an address that has just refused. */
export const askOtherPorts = (endpoint: Endpoint, probes: Probes): Promise<readonly Connect[]> =>
  askPorts(endpoint, probes, REFUSED_TIMEOUT_MS)

/** Asks all controls of an endpoint. */
export async function askControls(
  endpoint: Endpoint,
  gateway: string | null,
  probes: Probes,
): Promise<Controls> {
  const { address } = endpoint
  const [first, echo, ports, hops] = await Promise.all([
    gateway ? probes.ping(gateway, { timeoutMs: CONTROL_TIMEOUT_MS }) : null,
    probes.ping(address, { timeoutMs: CONTROL_TIMEOUT_MS }),
    askPorts(endpoint, probes, CONTROL_TIMEOUT_MS),
    Promise.all(
      Array.from({ length: MOST_HOPS }, async (_, index) =>
        hop(
          index + 1,
          await probes.ping(address, { ttl: index + 1, timeoutMs: CONTROL_TIMEOUT_MS }),
        ),
      ),
    ),
  ])
  const port = ports.find(isAnswered)
  const aliveBy =
    echo.received > 0
      ? 'it answers ping'
      : port
        ? `its port ${port.endpoint.port} ${port.outcome === 'connected' ? 'accepts connections' : 'answers with a refusal'}`
        : null
  const end = hops.findIndex(({ arrived }) => arrived)
  return {
    echo,
    ports,
    alive: aliveBy !== null,
    aliveBy,
    gatewayAnswers: first ? first.received > 0 : null,
    hops: end < 0 ? hops : hops.slice(0, end + 1),
  }
}
