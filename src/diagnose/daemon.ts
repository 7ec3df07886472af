/**
 * The daemons that usually serve a port: what their unit, script and program are called, and where
 * Debian and Red Hat let them write what they complain of when nothing shows it better.
 */

/** A daemon. */
export type Daemon = {
  /** Of its unit, its script in /etc/init.d and its program; the usual one first. */
  readonly names: readonly string[]
  readonly ports: readonly number[]
  /** Files that hold its log, alone or among others'. */
  readonly logs: readonly string[]
}

const SYSLOG = ['/var/log/syslog', '/var/log/messages'] as const
const MAIL_LOG = ['/var/log/mail.log', '/var/log/maillog'] as const
const AUTH_LOG = ['/var/log/auth.log', '/var/log/secure'] as const
const WEB = [80, 443, 8080, 8443] as const

const DAEMONS: readonly Daemon[] = [
  { names: ['nginx'], ports: WEB, logs: ['/var/log/nginx/error.log'] },
  {
    names: ['apache2', 'httpd'],
    ports: WEB,
    logs: ['/var/log/apache2/error.log', '/var/log/httpd/error_log'],
  },
  { names: ['haproxy'], ports: WEB, logs: ['/var/log/haproxy.log', ...SYSLOG] },
  { names: ['caddy'], ports: WEB, logs: [] },
  { names: ['lighttpd'], ports: WEB, logs: ['/var/log/lighttpd/error.log'] },
  { names: ['ssh', 'sshd'], ports: [22], logs: AUTH_LOG },
  { names: ['postfix', 'master'], ports: [25, 465, 587], logs: MAIL_LOG },
  { names: ['exim4', 'exim'], ports: [25, 465, 587], logs: ['/var/log/exim4/mainlog'] },
  { names: ['vsftpd'], ports: [21], logs: ['/var/log/vsftpd.log', ...SYSLOG] },
  { names: ['proftpd'], ports: [21], logs: ['/var/log/proftpd/proftpd.log'] },
  { names: ['pure-ftpd'], ports: [21], logs: SYSLOG },
  { names: ['xinetd'], ports: [21, 23, 69], logs: SYSLOG },
  { names: ['named', 'bind9'], ports: [53], logs: SYSLOG },
  { names: ['unbound'], ports: [53], logs: SYSLOG },
  { names: ['dnsmasq'], ports: [53], logs: SYSLOG },
  { names: ['postgresql', 'postgres'], ports: [5432], logs: [] },
  {
    names: ['mariadb', 'mysql', 'mysqld', 'mariadbd'],
    ports: [3306],
    logs: ['/var/log/mysql/error.log', '/var/log/mysqld.log'],
  },
  {
    names: ['redis-server', 'redis'],
    ports: [6379],
    logs: ['/var/log/redis/redis-server.log', '/var/log/redis/redis.log'],
  },
]

/** The daemons that usually serve `port`. */
export const daemonsOf = (port: number): readonly Daemon[] =>
  DAEMONS.filter(({ ports }) => ports.includes(port))

/** The daemon whose program is called `name`; null for one that is not known. */
export const daemonNamed = (name: string): Daemon | null =>
  DAEMONS.find(({ names }) => names.includes(name)) ?? null
