/** One echo request: by a socket of our own, or by the system's ping(8) where we may have none. */
import { printable } from '../../base/printable.ts'
import type { Echo, EchoOptions } from '../../diagnose/probes.ts'
import { parsePing } from '../../facts/ping.ts'
import { familyOf } from '../../wire/address.ts'
import { type EchoResult, kernelEcho } from '../kernel/icmp.ts'
import { runArgv } from '../run/spawn.ts'

/** Bytes of the IP and ICMP headers, which ping's -s does not count. */
const HEADERS_BYTES = { 4: 28, 6: 48 } as const

/** The arguments of ping(8) for the same test; iputils and, without -M, busybox. */
export function pingArguments(address: string, options: EchoOptions): string[] {
  const family = familyOf(address) ?? 4
  const { packetBytes, dontFragment, ttl, device } = options
  return [
    ...['ping', ...(family === 6 ? ['-6'] : []), '-n', '-c', '1'],
    ...['-W', String(Math.max(1, Math.ceil(options.timeoutMs / 1000)))],
    ...(dontFragment ? ['-M', 'do'] : []),
    ...(packetBytes === undefined
      ? []
      : ['-s', String(Math.max(0, packetBytes - HEADERS_BYTES[family]))]),
    ...(ttl === undefined ? [] : ['-t', String(ttl)]),
    ...(device === undefined ? [] : ['-I', device]),
    address,
  ]
}

/** More than the wait that ping was told: it starts up and sums up. */
const SLACK_MS = 1000

/** Where ping itself may not open a socket; iputils, and busybox. */
const NO_SOCKET = /^ping6?: (?:socket|socktype|permission denied|lacking privilege)/m

/** The same by ping(8), or why there is no such test. */
async function systemEcho(
  address: string,
  options: EchoOptions,
): Promise<EchoResult | { readonly because: string }> {
  const argv = pingArguments(address, options)
  const timeoutMs = Math.ceil(options.timeoutMs / 1000) * 1000 + SLACK_MS
  const output = await runArgv(argv, { timeoutMs })
  if (output.failure === 'missing') return { because: 'there is no ping (package iputils-ping)' }
  const said = parsePing(`${output.stdout}\n${output.stderr}`)
  if (!said || output.failure === 'denied' || NO_SOCKET.test(output.stderr))
    return { because: 'ping cannot send either' }
  const [reply] = said.replies
  const { sent, received, errors } = said
  const rttMs = reply?.rttMs ?? null
  const ttl = reply?.ttl ?? null
  return { address, sent, received, rttMs, ttl, errors, possible: true, because: null }
}

function describe(echo: EchoResult, timeoutMs: number): string[] {
  if (!echo.possible) return [`no ping could be sent: ${echo.because}`]
  const { address, ttl, rttMs } = echo
  const errors = echo.errors.map(
    ({ from, text, mtu }) =>
      `${from ? `from ${from}` : 'local error'}: ${text}${mtu === null || /mtu/i.test(text) ? '' : `, mtu ${mtu}`}`,
  )
  const time = rttMs === null ? '' : ` time=${rttMs.toFixed(rttMs < 10 ? 2 : 0)} ms`
  if (echo.received > 0) return [`reply from ${address}: ttl=${ttl ?? '?'}${time}`, ...errors]
  return errors.length > 0 ? errors : [`no reply from ${address} within ${timeoutMs} ms`]
}

/** Pings once. Never throws; where no ping can be sent, that is said. */
export async function probePing(address: string, options: EchoOptions): Promise<Echo> {
  const own = await kernelEcho(address, options)
  const askSystem = !own.possible && familyOf(address) !== null
  const system = askSystem ? await systemEcho(address, options) : own
  const echo: EchoResult =
    'possible' in system ? system : { ...own, because: `${own.because}; ${system.because}` }
  const words = pingArguments(address, options).filter((word) => word !== '-n')
  const command = printable(words.join(' ').replace(/ -W \d+/, ''))
  return { ...echo, command, lines: describe(echo, options.timeoutMs).map(printable) }
}
