/** Answers of `rungs firewall` for the tests of how they are shown: walked, not written. */
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { askAbout, type Wording } from '../../src/policy/asked.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import { exceptionsTo } from '../../src/policy/exception.ts'
import type { Routing } from '../../src/policy/routing.ts'
import { offersFor, type Wish } from '../../src/policy/ruling/offer.ts'
import { type FirewallReport, reportFirewall } from '../../src/report/firewall-report.ts'
import { at, base, iptables, nft, routing, table, unsaid } from '../policy/machine.ts'

const said: Wording = { ...unsaid, destinationPort: 25 }

function report(
  change: Partial<Wording>,
  ruleSets: readonly RuleSet[],
  more: {
    readonly wish?: Partial<Wish>
    readonly known?: Routing | null
    readonly told?: Partial<FirewallReport>
  } = {},
): FirewallReport {
  const { known = routing(), wish, told } = more
  const machine = { ruleSets, routing: known }
  const asked = askAbout(machine, { ...said, ...change })
  if ('error' in asked) throw new Error(asked.error)
  const walked = walkConnection({ ruleSets, routing: asked.routing }, asked.packet, asked.start)
  const offers = offersFor(machine, asked, walked.there, {
    rejection: 'host-unreachable',
    redirectTo: null,
    ...wish,
  })
  const source = { host: 'local', files: [] }
  const exceptions = exceptionsTo(machine, asked, walked.there)
  const full = { tool: 'rungs 0.0.0', source, exceptions, offers, keeps: [], notes: [], ...told }
  return reportFirewall(full, asked, walked)
}

const input = (...rules: readonly string[]): RuleSet =>
  nft(table('filter', base('input', 'filter hook input priority 0', ...rules)))

/** Mail that leaves, and nothing stops it. */
export const accepted: FirewallReport = report({ to: { kind: 'any' }, outputDevice: 'eth1' }, [])

/** A rule of iptables drops it, whoever sends it. */
export const dropped: FirewallReport = report(
  {},
  [
    iptables(
      '*filter\n:INPUT ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp --dport 25 -j DROP\nCOMMIT\n',
    ),
  ],
  {
    told: {
      keeps: [{ tool: 'iptables', how: 'netfilter-persistent save' }],
      notes: ['203.0.113.77 stands for any address that no rule names'],
    },
  },
)

/** A rule of nft in a chain of its own rejects it, over IPv6. */
export const rejected: FirewallReport = report({ family: 6, from: at('fd00::9') }, [
  nft(
    table(
      'filter',
      base('input', 'filter hook input priority 0', 'tcp dport 1-1024 jump low # handle 4'),
      'chain low {\ntcp dport 25 reject with icmpx admin-prohibited # handle 9\n}\n',
    ),
  ),
])

/** It comes in for one port and is sent to another, whose rules are to let it pass. */
export const redirected: FirewallReport = report(
  { from: at('10.0.0.9'), to: at('10.0.0.1'), inputDevice: 'eth0' },
  [
    iptables(
      '*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 25 -j REDIRECT --to-ports 2525\nCOMMIT\n',
    ),
    input('tcp dport 25025 drop # handle 3'),
  ],
  { wish: { redirectTo: { address: null, port: 25025 } } },
)

/** Sent elsewhere, and the answer is kept from what would translate it back. */
export const estranged: FirewallReport = report({ to: at('192.0.2.7') }, [
  iptables(
    '*raw\n-A PREROUTING -i eth0 -j CT --notrack\nCOMMIT\n*nat\n-A OUTPUT -p tcp --dport 25 -j DNAT --to-destination 10.0.0.9:2525\nCOMMIT\n',
  ),
])

/** It passes, but what answers it does not. */
export const unanswered: FirewallReport = report({ from: at('10.0.0.9') }, [
  nft(
    table(
      'filter',
      base('output', 'filter hook output priority 0', 'tcp sport 25 drop # handle 2'),
    ),
  ),
])

/** A rule that depends on what came before. */
export const uncertain: FirewallReport = report({ from: at('10.0.0.9') }, [
  input('tcp dport 25 limit rate 5/second accept # handle 2', 'tcp dport 25 drop # handle 3'),
])

/** A file of rules of a router, for a ping. */
export const file: FirewallReport = report(
  {
    protocol: 'icmp',
    destinationPort: null,
    from: at('10.0.0.9'),
    to: at('192.0.2.5'),
    inputDevice: 'lan0',
    outputDevice: 'any',
  },
  [input('drop')],
  { known: null, told: { source: { host: null, files: ['rules.nft', 'stdin'] } } },
)

/** Anybody but a few, where ufw owns the rules. */
export const ufw: FirewallReport = report({ destinationPort: 5432 }, [
  iptables(
    [
      '*filter',
      ':INPUT DROP',
      ':ufw-before-input - [0:0]',
      ':ufw-user-input - [0:0]',
      '-A INPUT -j ufw-before-input',
      '-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A ufw-before-input -j ufw-user-input',
      '-A ufw-user-input -s 10.0.0.0/24 -p tcp --dport 5432 -j ACCEPT',
      'COMMIT',
      '',
    ].join('\n'),
  ),
])

/** Text from outside that would like to steer a terminal. */
export const hostile: FirewallReport = {
  ...dropped,
  source: { host: 'ssh://\u001b[2J', files: [] },
  because: 'a\u001b]0;title\u0007b',
  notes: ['\u202enote\u009b31m'],
  there: {
    ...dropped.there,
    summary: 'x\u001b[1A',
    rule: dropped.there.rule && {
      ...dropped.there.rule,
      chain: '\u001b[31m',
      text: 'drop \r\n\u001b[31mred',
    },
  },
  offers: dropped.offers.map((offer) => ({ ...offer, note: '\u001b', commands: ['x \u001b[2J'] })),
}
