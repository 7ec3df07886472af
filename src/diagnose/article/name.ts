/** Articles on rung 3: names and name servers. */
import type { NAME } from '../cause/name.ts'
import type { Articles } from './article.ts'

export const NAME_ARTICLES: Articles<typeof NAME> = {
  'dns.no-resolver': {
    meaning: ['This host knows no name server that it could ask.', 'Addresses work, names do not.'],
    proof:
      '`/etc/resolv.conf` holds no `nameserver` line, or it names a local stub that does not run.',
    commands: ["echo 'nameserver ADDRESS' >> /etc/resolv.conf"],
    advice:
      'Where resolvconf, systemd-resolved or NetworkManager writes that file, set it there, or it will be gone.',
    apart: { 'dns.unreachable': 'there a name server is configured and does not answer' },
  },
  'dns.unreachable': {
    meaning: [
      'None of the configured name servers answers.',
      'A firewall that drops port 53, a dead server or a missing route lie behind it.',
    ],
    proof:
      'Queries to every configured server stay unanswered or are refused by ICMP, while other destinations answer.',
    commands: ["echo 'nameserver ADDRESS' >> /etc/resolv.conf"],
    advice:
      'If another resolver answers, that is enough for now; then open port 53, UDP and TCP, to the usual one.',
    apart: {
      'dns.slow': 'there one of the servers does answer',
      'dns.server-error': 'there an answer comes, and says that it failed',
      'firewall.egress-drop': 'there a rule of this host drops the queries',
    },
  },
  'dns.server-error': {
    meaning: [
      'A name server answers, but with an error: it failed (SERVFAIL) or will not serve you (REFUSED).',
      'A broken zone, an unreachable authoritative server or a signature that does not verify lead to SERVFAIL.',
    ],
    proof:
      'The response code is SERVFAIL or REFUSED. If the same question with checking disabled (`dig +cd`) succeeds, DNSSEC is the reason; an extended error (RFC 8914) says more.',
    commands: ['dig NAME +cd', 'dig NAME @ADDRESS'],
    advice:
      'For REFUSED, ask a resolver that serves your network; for SERVFAIL, the owner of the zone has to mend it.',
    apart: {
      'dns.no-such-name': 'there the answer is sure: the name does not exist',
      'dns.unreachable': 'there no answer comes',
    },
  },
  'dns.no-such-name': {
    meaning: [
      'The name does not exist, says the server that must know it.',
      'A typing mistake, a missing search domain, or a record that was never made or was removed.',
    ],
    proof: 'The answer is NXDOMAIN, with the SOA of the zone that denies it.',
    commands: ['dig NAME'],
    advice:
      'Correct the name or create the record; a resolver may remember the denial for as long as the SOA says.',
    apart: {
      'dns.no-address': 'there the name exists, without an address',
      'dns.server-error': 'there nobody knows',
    },
  },
  'dns.no-address': {
    meaning: [
      'The name exists, but has no address of the kind that is wanted.',
      'It may hold only mail or text records, or only the other family of addresses.',
    ],
    proof: 'The answer is NOERROR and holds neither A nor AAAA (for the family asked for).',
    commands: ['dig NAME A', 'dig NAME AAAA'],
    advice: 'Add the record; a bare domain often lacks what its `www` has.',
    apart: { 'dns.no-such-name': 'there the name does not exist at all' },
  },
  'dns.wrong-answer': {
    meaning: [
      'The name leads to an address that is not the server’s.',
      'A record that was not changed with the move, a resolver that remembers the old one, or a resolver that lies.',
    ],
    proof:
      'Resolvers disagree about the name, or the server has none of the addresses that they give and is behind no NAT.',
    commands: ['resolvectl flush-caches'],
    advice: 'Flush the caches if only some resolvers are wrong; if all are, mend the record.',
    apart: {
      'dns.hosts-override': 'there the DNS is right, and the hosts file overrides it',
      'address.not-on-server': 'there the server is the right one, and lost its address',
    },
  },
  'dns.hosts-override': {
    meaning: [
      'A line of the hosts file gives the name an address that the DNS does not.',
      'Such lines are written for a test and forgotten; only this host is affected.',
    ],
    proof:
      '`getent ahosts NAME` gives the address of a line in `/etc/hosts`, and the DNS gives another one.',
    commands: ["sed -i '/NAME/d' /etc/hosts"],
    advice: 'Look at the line first: it may serve other names, too.',
    apart: { 'dns.wrong-answer': 'there the wrong address comes from a name server' },
  },
  'dns.slow': {
    meaning: [
      'The first name server does not answer, and only after a timeout the next one is asked.',
      'Everything works, each new name some seconds late.',
    ],
    proof:
      'The first server of `/etc/resolv.conf` times out, and a later one answers the same question.',
    commands: ['resolvectl dns IF ADDRESS'],
    advice: 'Take the dead server out, or put it last; `options timeout:1 rotate` softens it.',
    apart: {
      'dns.unreachable': 'there none of them answers',
      'service.slow-greeting': 'there the name is fast, and the service hesitates',
    },
  },
}
