/** What the services have in common that greet and then answer line by line. */
import net from 'node:net'
import { forgive, type Listening } from './listen.ts'

export type GreetingOptions = Listening & {
  /** How long the greeting lets wait. */
  readonly delayMs: number
  /** The greeting in place of the usual one; null for that. */
  readonly greeting: string | null
}

/** Longer than a line of any of these protocols may be. */
const LINE_CHARACTERS = 4096

/** Calls `each` with every line that arrives, without its ending. */
export function onLines(socket: net.Socket, each: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS)
    lines.forEach(each)
  })
}

/** The answer to a line; null closes the connection without one. */
export type Dialog = (socket: net.Socket) => (line: string) => string | null

/** Greets, and then answers line by line. */
export const greeter =
  (greeting: string, { delayMs }: GreetingOptions, dialog: Dialog) =>
  (): net.Server =>
    net.createServer((socket) => {
      forgive(socket)
      const answer = dialog(socket)
      const greet = (): void => {
        socket.write(`${greeting}\r\n`)
        onLines(socket, (line) => {
          const reply = answer(line)
          if (reply === null) socket.end()
          else if (reply !== '') socket.write(`${reply}\r\n`)
          if (/^QUIT\b/i.test(line)) socket.end()
        })
      }
      setTimeout(greet, delayMs)
    })

export const verbOf = (line: string): string => line.trim().split(' ')[0]?.toUpperCase() ?? ''
