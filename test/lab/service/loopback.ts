/** A free port of the loopback, and real clients to talk to what is served there. */
import { execFile } from 'node:child_process'
import net from 'node:net'
import { promisify } from 'node:util'

/** A port that nobody uses at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })

export type Told = { readonly stdout: string; readonly stderr: string; readonly code: number }

/** Runs a real client. This process serves meanwhile. */
export async function client(...argv: readonly string[]): Promise<Told> {
  const [file = '', ...rest] = argv
  try {
    const { stdout, stderr } = await promisify(execFile)(file, rest, { timeout: 20_000 })
    return { stdout, stderr, code: 0 }
  } catch (error) {
    const { stdout = '', stderr = '', code = -1 } = error as Partial<Told>
    return { stdout, stderr, code }
  }
}

/** Connects, says `line` if there is one, and gives what came until the end or `waitMs`. */
export const converse = (port: number, line: string, waitMs: number): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.write(line))
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text
    })
    const done = (): void => {
      socket.destroy()
      resolve(heard)
    }
    socket.on('end', done)
    socket.on('error', done)
    setTimeout(done, waitMs)
  })

export const BINDS: readonly string[] = ['127.0.0.1']
