/**
 * `ss` of iproute2 (misc/ss.c), with or without a header, names of services, owners or a column for
 * the protocol; and the two questions that it answers best: what listens, and what is connected.
 */
import { parseNetstat } from './netstat.ts'
import { parseProcNetSockets } from './proc-net-sockets.ts'
import { isListener, parseSocketAddress, type Socket, STATES } from './socket.ts'
import { type Output, type Question, type Source, succeeded } from './source.ts'

export { isListener, type Socket, type SocketAddress } from './socket.ts'

const OWNER = /\("([^"]{0,64})",pid=(\d{1,10}),fd=(\d{1,10})\)/g

function parseLine(line: string): Socket | null {
  const [first = '', ...rest] = line.trim().split(/\s+/)
  const netid = first === 'tcp' || first === 'udp' ? first : null
  const [state = '', received = '', sent = '', local = '', remote = ''] =
    netid === null ? [first, ...rest] : rest
  if (!STATES.includes(state) || !/^\d{1,15}$/.test(received) || !/^\d{1,15}$/.test(sent))
    return null
  const [here, there] = [parseSocketAddress(local), parseSocketAddress(remote)]
  if (!here || !there) return null
  return {
    protocol: netid ?? (state === 'UNCONN' ? 'udp' : 'tcp'),
    state,
    receiveQueue: Number(received),
    sendQueue: Number(sent),
    local: here,
    remote: there,
    processes: [...line.matchAll(OWNER)].map(([, name = '', pid, fd]) => ({
      name,
      pid: Number(pid),
      fd: Number(fd),
    })),
  }
}

/** Before iproute2 4.14, `*` was any IPv4 address, and any IPv6 one was `:::80`. */
const asIpv4 = (socket: Socket): Socket =>
  socket.local.address === '*'
    ? { ...socket, local: { ...socket.local, address: '0.0.0.0' } }
    : socket

/**
 * The TCP and UDP sockets that `ss` printed: an empty list for no text or a lone header, null for
 * other text. A socket without a protocol column is UDP when it is UNCONN, else TCP.
 */
export function parseSs(text: string): readonly Socket[] | null {
  const lines = text.split('\n')
  const found = lines.map(parseLine).filter((each) => each !== null)
  const isOld = lines.some((line) => / :::(?:\*|\w+)(?:\s|$)/.test(line))
  if (found.length > 0) return isOld ? found.map(asIpv4) : found
  return text.trim() === '' || /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q/m.test(text) ? [] : null
}

type Parse = (text: string) => readonly Socket[] | null

const from =
  (parse: Parse, wanted: (socket: Socket) => boolean = () => true) =>
  (output: Output): readonly Socket[] | null =>
    succeeded(output) ? (parse(output.stdout)?.filter(wanted) ?? null) : null

/** `cat` fails when the kernel has no IPv6, and prints the other files all the same. */
const proc = (
  wanted: (socket: Socket) => boolean,
  ...files: readonly string[]
): Source<readonly Socket[]> => ({
  argv: ['cat', ...files.map((file) => `/proc/net/${file}`)],
  package: 'coreutils',
  parse: (output) =>
    output.failure === null ? (parseProcNetSockets(output.stdout)?.filter(wanted) ?? null) : null,
})

const isTcp = (socket: Socket): boolean => socket.protocol === 'tcp'

/** The sockets that listen, TCP and UDP, with their owners where root asks. */
export const listeners: Question<readonly Socket[]> = {
  name: 'the sockets that listen',
  sources: [
    { argv: ['ss', '-H', '-tulnp'], package: 'iproute2', parse: from(parseSs, isListener) },
    { argv: ['ss', '-tulnp'], package: 'iproute2', parse: from(parseSs, isListener) },
    { argv: ['netstat', '-tulnp'], package: 'net-tools', parse: from(parseNetstat, isListener) },
    proc(isListener, 'tcp', 'tcp6', 'udp', 'udp6'),
  ],
}

/** Every TCP socket in every state. */
export const connections: Question<readonly Socket[]> = {
  name: 'the TCP connections',
  sources: [
    { argv: ['ss', '-H', '-tan'], package: 'iproute2', parse: from(parseSs, isTcp) },
    { argv: ['netstat', '-tan'], package: 'net-tools', parse: from(parseNetstat, isTcp) },
    proc(isTcp, 'tcp', 'tcp6'),
  ],
}
