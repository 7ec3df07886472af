/** A tunnel by a proxy, opened on a connection that stands: CONNECT, RFC 9110 §9.3.6. */
import type { Socket } from 'node:net'
import { printable, printableLines } from '../../base/printable.ts'
import type { Ending, Endpoint, Exchange, ExchangePlan } from '../../diagnose/probes.ts'
import { readHttpHead } from '../../dialog/http.ts'
import { formatEndpoint } from './connect.ts'

/** A tunnel that is open or not, and what the proxy said. */
export type Tunnel = {
  readonly open: boolean
  readonly tunnel: NonNullable<Exchange['tunnel']>
  readonly ending: Ending['how'] | null
}

/** More than this is no answer to CONNECT. */
const MOST_BYTES = 16 << 10
const MOST_LINES = 8

/** As curl shows it: the proxy, and where it is to lead. */
function formatCommand(proxy: Endpoint, request: string, tls: boolean): string {
  const [, authority = ''] = request.split(' ', 2)
  const url = `${tls ? 'https' : 'http'}://${authority.replace(tls ? /:443$/ : /:80$/, '')}/`
  return printable(`curl -v -x http://${formatEndpoint(proxy)} ${url}`)
}

/** Asks the proxy to lead on. Never throws; the socket is the caller's to close. */
export async function openTunnel(
  socket: Socket,
  proxy: Endpoint,
  request: string,
  plan: Pick<ExchangePlan, 'patienceMs' | 'tls'>,
): Promise<Tunnel> {
  const command = formatCommand(proxy, request, plan.tls)
  return new Promise((resolve) => {
    let text = ''
    const finish = (ending: Tunnel['ending'] = null): void => {
      clearTimeout(timer)
      socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error')
      socket.on('error', () => {}).pause()
      const head = readHttpHead(text)
      const status = head?.complete ? head.status : null
      const lines = [...printableLines(text, MOST_LINES)]
      if (text === '') lines.push(ending ? 'the proxy closed without a word' : 'no answer')
      const open = status !== null && status >= 200 && status < 300
      resolve({ open, tunnel: { command, lines, status }, ending: open ? null : ending })
    }
    const timer = setTimeout(() => finish(), plan.patienceMs)
    socket.on('data', (part: Buffer) => {
      text += part.toString('latin1')
      // Nothing may follow the head of a 2xx before we speak: TLS lets the client begin.
      if (text.length > MOST_BYTES || readHttpHead(text)?.complete) finish()
    })
    socket.on('end', () => finish('fin'))
    socket.on('error', () => finish('reset'))
    socket.write(request)
  })
}
