/** The schema `rungs.firewall/1`: what `rungs firewall --json` prints, key by key in this order. */
import {
  choice,
  flag,
  integer,
  type JsonSchema,
  list,
  named,
  nullable,
  object,
  oneOf,
  type Schema,
  schemaDocument,
  text,
} from '../base/schema.ts'
import type { Hook, Place } from '../facts/rule-set.ts'
import type { Course, Fate, Step } from '../policy/journey.ts'
import type { Deed, Offer } from '../policy/ruling/offer.ts'
import type { Notice } from '../policy/sender.ts'
import { rule as ruleSchema } from './diagnosis-schema.ts'
import type { FirewallReport, Keep, Outcome, PacketRecord } from './firewall-report.ts'

const packetSchema = object<PacketRecord>({
  family: oneOf<4 | 6>([4, 6]),
  protocol: choice<PacketRecord['protocol']>({ tcp: '', udp: '', icmp: 'or ICMPv6' }),
  source: text(),
  sourcePort: nullable(integer(), "Null: one that the sender's system chooses, or none."),
  destination: text(),
  destinationPort: nullable(integer()),
  inputDevice: nullable(text()),
  outputDevice: nullable(text()),
  state: text('Of its connection, as conntrack calls it.'),
  icmpType: nullable(text()),
})

const packet = named('packet', packetSchema)
// The same record, whose words are known more closely here.
const rule = named('rule', ruleSchema) as unknown as Schema<Place>

const step = object<Step>({
  hook: nullable(
    choice<Hook>({
      ingress: '',
      egress: '',
      prerouting: '',
      input: '',
      forward: '',
      output: '',
      postrouting: '',
    }),
    'Null: between the hooks.',
  ),
  did: choice<Step['did']>({
    matched: 'the rule fitted',
    counted: 'it did not, although its counter moved',
    unclear: 'whether it fits cannot be known',
    policy: '',
    translated: '',
    routed: '',
    aside: 'chains that are not walked',
  }),
  place: nullable(rule),
  says: text('What it did, as the end of a sentence.'),
  into: nullable(text(), 'The chain in which a jump goes on.'),
  counts: nullable(flag(), 'Whether its packet counter moves; null: not known.'),
})

const fate = choice<Fate>({
  accepted: '',
  dropped: '',
  rejected: '',
  redirected: 'accepted, but elsewhere than it was addressed to',
  unknown: 'cannot be known',
})

const outcomeSchema = object<Outcome>({
  verdict: fate,
  possible: list(fate, 'All that it may come to; one verdict unless it is unknown.'),
  summary: text('One sentence.'),
  rule: nullable(rule, 'What decided; null: no rule did.'),
  owner: nullable(text('The program that has written it: ufw, firewalld, Docker …')),
  rejectWith: nullable(text('tcp-reset, port-unreachable …')),
  course: nullable(
    choice<Course>({
      input: 'for the host',
      output: 'from the host',
      forward: 'through the host',
      loopback: 'from the host to itself',
    }),
    'Null where it ended before the routing decision.',
  ),
  ends: packet,
  steps: list(step, 'Its way, in order.'),
  unknowns: list(
    object<Outcome['unknowns'][number]>({ rule: nullable(rule), because: text() }),
    'What is not known, and would change the verdict.',
  ),
})

const outcome = named('outcome', outcomeSchema)

const notice = object<Notice>({
  kind: choice<Notice['kind']>({
    silence: 'nothing at all',
    reset: 'a TCP reset',
    icmp: 'an ICMP error',
    error: 'its own system call fails, and nothing comes back',
  }),
  icmp: nullable(object<NonNullable<Notice['icmp']>>({ type: integer(), code: integer() })),
  errno: nullable(text('What an ordinary program reports.')),
  when: nullable(
    choice<NonNullable<Notice['when']>>({
      'at once': '',
      'after about a second': '',
      'after about two minutes': '',
    }),
  ),
  says: text(),
})

const offer = object<Offer>({
  deed: choice<Deed>({
    allow: 'lets it pass',
    block: 'drops it in silence',
    reject: 'stops it with an answer',
    redirect: 'sends it elsewhere',
  }),
  tool: text('nft, iptables, or the program that owns the rules.'),
  note: nullable(text('What there is to know before it is run.')),
  keep: nullable(text('How the program that owns the rules keeps it over a restart.')),
  commands: list(
    text(),
    'In order; each runs verbatim in a shell. Words in capitals are to be filled in.',
  ),
  undo: list(text(), 'In order; they take back what was added.'),
})

export const FIREWALL: Schema<FirewallReport> = object<FirewallReport>({
  schema: oneOf<'rungs.firewall/1'>(['rungs.firewall/1']),
  tool: text(),
  source: object<FirewallReport['source']>({
    host: nullable(text('How it was asked; null where files were read.')),
    files: list(text()),
  }),
  packet,
  anySource: flag('True where the source stands for any that no rule names.'),
  anyDestination: flag('The same of the destination.'),
  because: text('Why it takes its course.'),
  there: outcome,
  sees: nullable(notice, 'What its sender sees of it; null where it passes, or that is not known.'),
  reply: nullable(outcome, 'The answer to it, back through the same host; null where none comes.'),
  onward: nullable(outcome, 'What follows in the first direction, once the connection stands.'),
  exceptions: list(rule, 'Rules that may rule otherwise about particular addresses.'),
  offers: list(offer, 'What would change what becomes of it.'),
  keeps: list(
    object<Keep>({ tool: text(), how: text() }),
    'How what the offers change is kept over a restart.',
  ),
  notes: list(text()),
})

/** As JSON Schema. */
export const firewallSchema = (): JsonSchema =>
  schemaDocument('rungs.firewall/1', FIREWALL, {
    packet: packetSchema,
    rule: ruleSchema,
    outcome: outcomeSchema,
  })
