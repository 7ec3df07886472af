/**
 * `rungs firewall` against the kernel: what it says of a connection is what happens, the commands that
 * it prints do what they are for, it says so when it is asked again, and what takes them back does.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseInvocation } from '../../src/cli/command.ts'
import { firewall, readFirewallRequest } from '../../src/cli/firewall.ts'
import { liveFirewallParts, performFirewall } from '../../src/cli/perform-firewall.ts'
import type { FirewallReport } from '../../src/report/firewall-report.ts'
import { CLIENT, SERVER, type TwoHosts, twoHosts } from '../policy/two-hosts.ts'
import { surroundings } from './surroundings.ts'

let hosts: TwoHosts
beforeAll(async () => {
  hosts = await twoHosts('fw')
})
afterAll(() => hosts.close())
beforeEach(() => {
  for (const host of ['client', 'server'] as const) hosts.run(host, ['nft', 'flush', 'ruleset'])
})

type Host = 'client' | 'server'

async function ask(host: Host, words: string): Promise<FirewallReport> {
  const around = surroundings()
  const name = `rt-fw-${host[0]}-${process.pid}`
  const all = [...words.split(' '), '--host', `netns://${name}`, '--json']
  const request = readFirewallRequest(parseInvocation(firewall, all))
  const progress = { show: () => {}, end: () => {} }
  await performFirewall(request, around, progress, liveFirewallParts)
  return JSON.parse(around.written.out)
}

const CONNECT = `
const [address, port] = process.argv.slice(1)
const socket = require('net').connect({ host: address, port, timeout: 1600 })
const end = (word) => { console.log(word); process.exit() }
socket.on('error', ({ code }) => end(code)).on('timeout', () => end('ETIMEDOUT'))
socket.on('connect', () => socket.end('?')).on('data', (data) => end(String(data)))
`
const connect = (address: string): string =>
  hosts.run('client', [process.execPath, '-e', CONNECT, address, '8001']).trim()

const listing = (host: Host): string =>
  hosts.run(host, ['nft', 'list', 'ruleset']).replace(/packets \d+ bytes \d+/g, '')

type Case = {
  readonly title: string
  readonly host: Host
  readonly words: string
  /** Rules that are there before: nft's, or iptables' where they begin with a dash. */
  readonly rules?: readonly string[]
  readonly to?: string
  readonly before: string
  /** The offer that is taken, and what is so then. */
  readonly take: string
  readonly after: string
}

const CASES: readonly Case[] = [
  {
    title: 'mail that goes out is dropped',
    host: 'client',
    words: '--to any:8001 --out c0',
    before: '8001',
    take: 'block iptables',
    after: 'ETIMEDOUT',
  },
  {
    title: 'mail that goes out is rejected with the message that no such host is there',
    host: 'client',
    words: `--to ${SERVER[4]}:8001`,
    before: '8001',
    take: 'reject nft',
    after: 'EHOSTUNREACH',
  },
  {
    title: 'what comes in is redirected to another port, and let in there',
    host: 'server',
    words: '--in s0 --to :8001 --redirect-to :8002',
    rules: [
      'table inet own { chain c { type filter hook input priority 0; policy drop; tcp dport 8001 accept; }; }',
    ],
    before: '8001',
    take: 'redirect nft',
    after: '8002',
  },
  {
    title: 'what goes out is redirected to another host',
    host: 'client',
    words: `--to 10.77.0.99:8001 --redirect-to ${SERVER[4]}:8003`,
    to: '10.77.0.99',
    before: 'ETIMEDOUT',
    take: 'redirect iptables',
    after: '8003',
  },
  {
    title: 'what a chain of its own rejects over IPv6 is let in',
    host: 'server',
    words: `--from ${CLIENT[6]} --to [${SERVER[6]}]:8001`,
    rules: [
      'table inet own { chain low { tcp dport 8001 reject with icmpx admin-prohibited; }; chain c { type filter hook input priority 0; tcp dport 8000-8010 jump low; }; }',
    ],
    to: SERVER[6],
    before: 'EACCES',
    take: 'allow nft',
    after: '8001',
  },
  {
    title: 'what a policy drops is let in',
    host: 'server',
    words: '--to :8001',
    rules: ['-P INPUT DROP', '-A INPUT -p tcp --dport 8009 -j ACCEPT'],
    before: 'ETIMEDOUT',
    take: 'allow iptables',
    after: '8001',
  },
  {
    title: 'what is redirected goes where it is addressed to',
    host: 'server',
    words: `--from ${CLIENT[4]} --to ${SERVER[4]}:8001`,
    rules: ['-t nat -A PREROUTING -p tcp --dport 8001 -j REDIRECT --to-ports 8004'],
    before: '8004',
    take: 'allow iptables',
    after: '8001',
  },
]

/** What a report says that a connection comes to; an address where nobody is says nothing. */
function foretold({ there, sees }: FirewallReport): string {
  if (sees !== null) return String(sees.errno)
  return there.verdict === 'accepted' || there.verdict === 'redirected'
    ? String(there.ends.destinationPort)
    : there.verdict
}

test.for(CASES)(
  '$title',
  async ({ host, words, rules = [], to = SERVER[4], before, take, after }) => {
    for (const rule of rules)
      if (rule.startsWith('-')) hosts.run(host, ['iptables', ...rule.split(' ')])
      else hosts.run(host, ['nft', '-f', '-'], rule.replaceAll('; ', ';\n').replaceAll('{ ', '{\n'))
    const report = await ask(host, words)
    const was = listing(host)
    expect(connect(to)).toBe(before)
    if (to !== '10.77.0.99') expect(foretold(report)).toBe(before)

    const offer = report.offers.find(({ deed, tool }) => `${deed} ${tool}` === take)
    if (offer === undefined) throw new Error(`no ${take} in ${JSON.stringify(report.offers)}`)
    for (const command of offer.commands) hosts.run(host, ['sh', '-c', command])
    expect(connect(to)).toBe(after)
    expect(foretold(await ask(host, words))).toBe(after)

    for (const command of offer.undo) hosts.run(host, ['sh', '-c', command])
    const made =
      /table ip6? (?:filter|nat) \{(?:\n\tchain [A-Z]+ \{\n\t\ttype [^\n]*\n\t\}\n*)*\n?\}\n/g
    expect(listing(host).replace(made, '')).toBe(was.replace(made, ''))
  },
)
