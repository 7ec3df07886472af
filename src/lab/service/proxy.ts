/**
 * A proxy of the lab: tunnels by CONNECT (RFC 9110 §9.3.6) and requests in absolute form, as far as
 * curl and a check use them; or one answer to everything.
 */
import { Resolver } from 'node:dns/promises'
import http from 'node:http'
import net from 'node:net'
import { forgive, type Listening, listen } from './listen.ts'

export type ProxyOptions = Listening & {
  /** The answer to everything; null leads on. */
  readonly status: number | null
  /** The name server that is asked; a node of the lab need not have one of its own. */
  readonly resolver: string
}

async function locate(host: string, { resolver }: ProxyOptions): Promise<string> {
  const name = host.replace(/^\[|\]$/g, '')
  if (net.isIP(name)) return name
  const asker = new Resolver()
  asker.setServers([resolver])
  const [address = ''] = await asker.resolve4(name).catch(() => asker.resolve6(name))
  return address
}

const HEAD = { via: '1.1 proxy.lab.example (rungs-lab)', 'content-length': '0' }

/** What is said where the way on is not open, as a proxy says it (RFC 9110 §15.6). */
const statusOf = (error: unknown): number =>
  (error as NodeJS.ErrnoException).code === 'ETIMEDOUT' ? 504 : 502

const refuse = (socket: net.Socket, status: number): void => {
  const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="lab"\r\n' : ''
  const reason = http.STATUS_CODES[status] ?? ''
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${challenge}Content-Length: 0\r\n\r\n`)
}

/** Connects to where a tunnel is to lead, and lets everything through. */
async function tunnel(authority: string, client: net.Socket, options: ProxyOptions): Promise<void> {
  const { hostname, port } = new URL(`http://${authority}`)
  try {
    const host = await locate(hostname, options)
    const far = forgive(net.connect({ host, port: Number(port) || 80, timeout: 3000 }))
    far.once('timeout', () => far.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
    far.once('error', (error) => refuse(client, statusOf(error)))
    far.once('connect', () => {
      far.setTimeout(0).removeAllListeners('error')
      forgive(far)
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      far.pipe(client).pipe(far)
    })
  } catch (error) {
    refuse(client, statusOf(error))
  }
}

const answer =
  (options: ProxyOptions): http.RequestListener =>
  async (request, response) => {
    const fail = (status: number): void => {
      response.writeHead(status, HEAD).end()
    }
    if (options.status !== null) return fail(options.status)
    if (!URL.canParse(request.url ?? '')) return fail(400)
    const url = new URL(request.url ?? '')
    const host = await locate(url.hostname, options).catch(() => '')
    if (host === '') return fail(502)
    const { method, headers } = request
    const path = `${url.pathname}${url.search}`
    const forward = { host, port: Number(url.port) || 80, path, headers, ...(method && { method }) }
    const far = http.request(forward, (found) => {
      response.writeHead(found.statusCode ?? 502, { ...found.headers, via: HEAD.via })
      found.pipe(response)
    })
    far.setTimeout(3000, () => far.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
    far.once('error', (error) => fail(statusOf(error)))
    request.pipe(far)
  }

/** Starts the proxy. */
export const serveProxy = (options: ProxyOptions): Promise<void> =>
  listen(() => {
    const server = http.createServer(answer(options))
    server.on('connect', (request, socket) => {
      const client = forgive(socket as net.Socket)
      if (options.status !== null) refuse(client, options.status)
      else void tunnel(request.url ?? '', client, options)
    })
    return server
  }, options)
