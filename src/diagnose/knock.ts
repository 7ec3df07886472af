/** A connection tried from a far host, with what that host has: nc, bash or curl. It sends nothing. */
import type { Output } from '../facts/source.ts'
import { formatEndpoint } from '../wire/endpoint.ts'
import type { Inquiry } from './host.ts'

export type Knocked = { readonly output: Output; readonly connected: boolean }

/** Connects from the host to an address and a port; null where nothing is there to try it with. */
export async function connectFrom(
  inquiry: Inquiry,
  address: string,
  port: number,
): Promise<Knocked | null> {
  const url = `telnet://${formatEndpoint({ address, port })}`
  const tries: readonly { argv: readonly string[]; connected: (code: number | null) => boolean }[] =
    [
      { argv: ['nc', '-z', '-w', '1', address, String(port)], connected: (code) => code === 0 },
      {
        argv: ['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`],
        connected: (code) => code === 0,
      },
      // curl: 7 is "could not connect", 28 a time-out; anything else came after connecting.
      {
        argv: ['curl', '-s', '-o', '/dev/null', '-m', '1', url],
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
