/**
 * `netstat -tulnp` and `netstat -tan` of net-tools (netstat.c) and busybox. Long IPv6 addresses are
 * cut short by net-tools; states may be in the user's language.
 */
import { isListener, parseSocketAddress, type Socket } from './socket.ts'

/** States as netstat words them, and as `ss` does. */
const STATES: ReadonlyMap<string, string> = new Map([
  ['ESTABLISHED', 'ESTAB'],
  ['SYN_SENT', 'SYN-SENT'],
  ['SYN_RECV', 'SYN-RECV'],
  ['FIN_WAIT1', 'FIN-WAIT-1'],
  ['FIN_WAIT2', 'FIN-WAIT-2'],
  ['TIME_WAIT', 'TIME-WAIT'],
  ['CLOSE', 'UNCONN'],
  ['CLOSE_WAIT', 'CLOSE-WAIT'],
  ['LAST_ACK', 'LAST-ACK'],
  ['LISTEN', 'LISTEN'],
  ['CLOSING', 'CLOSING'],
])

const LINE =
  /^\s*(tcp|udp)6?\s+(\d{1,15})\s+(\d{1,15})\s+(\S{1,300})\s+(\S{1,300})(?:\s+([^\s\d/-][^\s/]*))?(?:\s+(?:-|(\d{1,10})\/(.*)))?\s*$/

function parseLine(line: string): Socket | null {
  const match = LINE.exec(line)
  if (!match) return null
  const [, kind, received, sent, localText = '', remoteText = '', word, pid, name = ''] = match
  const [local, remote] = [parseSocketAddress(localText), parseSocketAddress(remoteText)]
  if (!local || !remote) return null
  const protocol = kind === 'udp' ? 'udp' : 'tcp'
  // Any remote port at all is what a listener has, in every language.
  const idle = protocol === 'udp' ? 'UNCONN' : 'LISTEN'
  const state = STATES.get(word ?? '') ?? (remote.port === null ? idle : (word ?? 'ESTAB'))
  const socket: Socket = {
    protocol,
    state,
    receiveQueue: Number(received),
    sendQueue: Number(sent),
    local,
    remote,
    // The descriptor is not told.
    processes: pid === undefined ? [] : [{ name: name.trim(), pid: Number(pid), fd: -1 }],
  }
  return protocol === 'tcp' && isListener(socket) ? { ...socket, sendQueue: null } : socket
}

/** The TCP and UDP sockets that netstat printed; null when it is not its table. */
export function parseNetstat(text: string): readonly Socket[] | null {
  const found = text
    .split('\n')
    .map(parseLine)
    .filter((each) => each !== null)
  return found.length > 0 || /^Proto\s+Recv-Q\s+Send-Q/m.test(text) ? found : null
}
