/** UNIX domain sockets that listen, by their paths: ss(8) of iproute2, else /proc/net/unix, unix(7). */
import { type Output, type Question, succeeded } from './source.ts'

/** A socket that listens. */
export type UnixListener = {
  readonly path: string
  /** Connections that wait to be accepted; null where it is not told. */
  readonly receiveQueue: number | null
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
}

const OWNER = /\("([^"]{0,64})",pid=(\d{1,10}),/g

/** `u_str LISTEN 0 511 /run/php/php8.2-fpm.sock 12345 * 0 users:(("php-fpm8.2",pid=7,fd=8))` */
function parseSs(output: Output): readonly UnixListener[] | null {
  if (!succeeded(output)) return null
  return output.stdout.split('\n').flatMap((line) => {
    const [netid = '', state, received = '', , path = ''] = line.trim().split(/\s+/)
    if (!netid.startsWith('u_') || state !== 'LISTEN' || !path.startsWith('/')) return []
    const processes = [...line.matchAll(OWNER)].map(([, name = '', pid]) => ({
      name,
      pid: Number(pid),
    }))
    return [{ path, receiveQueue: /^\d+$/.test(received) ? Number(received) : null, processes }]
  })
}

/** `ffff…: 00000002 00000000 00010000 0001 01 12345 /run/x.sock`; the flag is __SO_ACCEPTCON. */
function parseProc({ stdout, failure }: Output): readonly UnixListener[] | null {
  if (failure !== null || !stdout.startsWith('Num')) return null
  return stdout.split('\n').flatMap((line) => {
    const [, , , flags, , , , path = ''] = line.trim().split(/\s+/)
    return flags === '00010000' && path.startsWith('/')
      ? [{ path, receiveQueue: null, processes: [] }]
      : []
  })
}

/** The UNIX domain sockets that listen on a path of the file system. */
export const unixListeners: Question<readonly UnixListener[]> = {
  name: 'the UNIX sockets that listen',
  sources: [
    { argv: ['ss', '-H', '-xlp'], package: 'iproute2', parse: parseSs },
    { argv: ['cat', '/proc/net/unix'], package: 'coreutils', parse: parseProc },
  ],
}
