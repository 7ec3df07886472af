/**
 * Daemons that test their configuration without doing anything else: sshd(8) `-t`, Apache `-t`,
 * haproxy(1) `-c`, dnsmasq(8) `--test`, named-checkconf(8). Traced with strace: they open no log and
 * no pid file, make no directory and bind no port. nginx has no such test: `nginx -t` creates its logs,
 * its pid file and its directories and even listens on its ports for a moment; `postfix check` and
 * `apache2ctl -t` make directories. These are not run.
 */
import type { Output, Question } from './source.ts'

/** What a test said. */
export type ConfigurationTest = {
  readonly valid: boolean
  /** The first lines that say what is wrong; empty where nothing is. */
  readonly errors: readonly string[]
}

/** Apache's file of settings has these from /etc/apache2/envvars, without which it is not whole. */
const APACHE_ENVIRONMENT = [
  'APACHE_RUN_DIR=/var/run/apache2',
  'APACHE_PID_FILE=/var/run/apache2/apache2.pid',
  'APACHE_RUN_USER=www-data',
  'APACHE_RUN_GROUP=www-data',
  'APACHE_LOG_DIR=/var/log/apache2',
  'APACHE_LOCK_DIR=/var/lock/apache2',
] as const

/**
 * What a test complains of though nothing is wrong: directories that are only there while the daemon
 * runs, keys that only root may read, words on the way.
 */
const NO_ERROR =
  /privilege separation directory|no hostkeys available|Unable to load host key|DefaultRuntimeDir|Permission denied|\[NOTICE\]|^AH00558|file not found$|^\s*$/i

const MOST_ERRORS = 3

function parseTest({ code, failure, stdout, stderr }: Output): ConfigurationTest | null {
  if (failure !== null || code === null || code === 126 || code === 127) return null
  if (code === 0) return { valid: true, errors: [] }
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => !NO_ERROR.test(line))
  return lines.length === 0
    ? null
    : { valid: false, errors: lines.slice(0, MOST_ERRORS).map((line) => line.trim()) }
}

const test = (
  name: string,
  argv: readonly string[],
  debianPackage: string,
): Question<ConfigurationTest> => ({
  name: `the configuration of ${name}`,
  sources: [{ argv, package: debianPackage, parse: parseTest }],
})

const SSHD = test('sshd', ['sshd', '-t'], 'openssh-server')
const NAMED = test('named', ['named-checkconf'], 'bind9-utils')

/** The tests that only read, by the names of the daemon's unit and program. */
export const configurationTests: Readonly<Record<string, Question<ConfigurationTest>>> = {
  ssh: SSHD,
  sshd: SSHD,
  apache2: test('apache2', ['env', ...APACHE_ENVIRONMENT, 'apache2', '-t'], 'apache2'),
  httpd: test('httpd', ['httpd', '-t'], 'apache2'),
  haproxy: test('haproxy', ['haproxy', '-c', '-f', '/etc/haproxy/haproxy.cfg'], 'haproxy'),
  dnsmasq: test('dnsmasq', ['dnsmasq', '--test'], 'dnsmasq-base'),
  named: NAMED,
  bind9: NAMED,
}

/** The test of the daemon `name`; null for one that has none that only reads. */
export const configurationTest = (name: string): Question<ConfigurationTest> | null =>
  (Object.hasOwn(configurationTests, name) && configurationTests[name]) || null
