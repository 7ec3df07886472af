/** What a server turns out to be, by the first bytes that it sent. */

/** The protocols that are told apart. */
export type Service =
  | 'http'
  | 'tls'
  | 'ssh'
  | 'smtp'
  | 'ftp'
  | 'imap'
  | 'pop3'
  | 'dns'
  | 'mysql'
  | 'postgres'
  | 'redis'
  | 'rdp'
  | 'vnc'
  | 'telnet'
  | 'ldap'
  | 'amqp'
  | 'memcached'
  | 'unknown'

/** A protocol, and the program that speaks it where it says so. */
export type Identity = {
  readonly service: Service
  readonly product: string | null
  readonly version: string | null
  /** The first line, printable; what a binary protocol says in words, or nothing. */
  readonly text: string
}

/** What a recogniser finds, without the line. */
export type Found = {
  readonly service: Service
  readonly product?: string | null
  readonly version?: string | null
  /** Where the first line is not what says the most. */
  readonly text?: string
}
