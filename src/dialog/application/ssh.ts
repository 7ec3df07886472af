/** SSH by its identification lines, RFC 4253 §4.2; what follows is binary and soon encrypted. */
import { readSshIdentification } from '../ssh.ts'
import type { Application, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'
import { LineReader } from './line.ts'

/** Lines that a server may send before its identification. */
const MOST_LINES = 64

class SshDecoder implements Decoder {
  readonly service = 'ssh'
  readonly log = new ExchangeLog()
  readonly #software: Record<string, string> = {}
  readonly #lines = { client: new LineReader(), server: new LineReader() }
  #left = MOST_LINES

  take({ fromClient, view, at, end, timeNs, frame }: Payload): boolean {
    const side = fromClient ? 'client' : 'server'
    if (this.#software[side] !== undefined) return this.#left > 0
    for (const line of this.#lines[side].take(view, at, end)) {
      this.#left--
      const found = readSshIdentification(line)
      if (found === null) continue
      this.#software[side] = [found.software, found.comments ?? ''].join(' ').trim()
      if (fromClient) this.log.ask(line, timeNs, frame)
      else this.log.answer(line, timeNs, frame)
      break
    }
    const { client, server } = this.#software
    return this.#left > 0 && (client === undefined || server === undefined)
  }

  facts(): Readonly<Record<string, string>> {
    return this.#software
  }

  finding(): null {
    return null
  }
}

/** SSH, by either side's `SSH-`. */
export const SSH: Application = {
  name: 'ssh',
  transport: 'tcp',
  recognise: ({ client, server }) =>
    /^SSH-\d/.test(client) || /^SSH-\d/.test(server) || /\nSSH-\d\.\d+-/.test(server),
  open: () => new SshDecoder(),
}
