/** The first words of databases: PostgreSQL, MySQL and Redis, as far as a check hears them. */
import net from 'node:net'
import { forgive, type Listening, listen } from './listen.ts'

export type DatabaseOptions = Listening & {
  /** What is answered: an SQLSTATE or a number with its message, a line of Redis; null for the usual. */
  readonly answer: string | null
}

type Database = {
  /** Said without being asked. */
  readonly greeting: (answer: string | null) => Buffer | null
  /** Said to each thing that comes; null ends the connection. */
  readonly reply: (asked: Buffer, answer: string | null) => Buffer | null
}

const wire = (text: string): Buffer => Buffer.from(text, 'latin1')

/** `53300 sorry, too many clients already` → its two parts. */
const split = (answer: string): [string, string] => {
  const at = answer.indexOf(' ')
  return [answer.slice(0, at), answer.slice(at + 1)]
}

/** An ErrorResponse; PostgreSQL's manual, "Message Formats". */
function postgresError(answer: string): Buffer {
  const [code, message] = split(answer)
  const fields = wire(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = wire('E\0\0\0\0')
  head.writeUInt32BE(4 + fields.length, 1)
  return Buffer.concat([head, fields])
}

const SSL_REQUEST = 80877103

const POSTGRES: Database = {
  greeting: () => null,
  reply: (asked, answer) => {
    if (asked.length >= 8 && asked.readUInt32BE(4) === SSL_REQUEST) return wire('N')
    return answer === null ? wire('R\0\0\0\x08\0\0\0\x03') : postgresError(answer)
  },
}

const packet = (number: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(body.length & 0xff, body.length >> 8, 0, number), body])

/** An ERR packet; MySQL's manual, "Client/Server Protocol". */
function mysqlError(number: number, answer: string): Buffer {
  const [code, message] = split(answer)
  const value = Number(code)
  return packet(number, Buffer.concat([Buffer.of(0xff, value & 0xff, value >> 8), wire(message)]))
}

const MYSQL_GREETING =
  '\n5.5.5-10.11.14-MariaDB\0\x01\0\0\x0012345678\0\xfe\xf7-\x02\0\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\x00123456789012\0mysql_native_password\0'

const MYSQL: Database = {
  greeting: (answer) => (answer === null ? packet(0, wire(MYSQL_GREETING)) : mysqlError(0, answer)),
  reply: (_, answer) =>
    answer === null ? mysqlError(2, '1045 #28000Access denied (using password: NO)') : null,
}

const REDIS: Database = {
  greeting: (answer) => (answer === null ? null : wire(`${answer}\r\n`)),
  reply: (asked, answer) =>
    answer !== null || /^QUIT/i.test(asked.toString('latin1')) ? null : wire('+PONG\r\n'),
}

type Kind = 'postgres' | 'mysql' | 'redis'

const DATABASES: Readonly<Record<Kind, Database>> = {
  postgres: POSTGRES,
  mysql: MYSQL,
  redis: REDIS,
}

/** Starts a database of a kind. */
export const serveDatabase = (kind: Kind, options: DatabaseOptions): Promise<void> =>
  listen(
    () =>
      net.createServer((socket) => {
        forgive(socket)
        const { greeting, reply } = DATABASES[kind]
        const first = greeting(options.answer)
        if (first) socket.write(first)
        // Who turns away does so at once, and says nothing more.
        if (first && options.answer !== null) socket.end()
        socket.on('data', (asked: Buffer) => {
          const said = socket.writable ? reply(asked, options.answer) : null
          if (said === null) socket.end()
          else socket.write(said)
        })
      }),
    options,
  )
