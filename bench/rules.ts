/**
 * Reading a file of many rules and walking one packet through it, in each of its forms, beside nft's and
 * iptables' own reading of the same file: `nft -c -f`, `iptables-restore --test`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure, type Row } from './measure.ts'

/** How many rules a file has. */
export const SIZES: readonly number[] = [1000, 10_000, 50_000]

/** Rules of the kinds that real files have; none of them fits the packet that walks. */
function nftRule(at: number): string {
  const from = `10.${(at >> 8) & 255}.${at & 255}.0/24`
  const port = 1000 + (at % 50_000)
  const counter = 'counter packets 5 bytes 300'
  switch (at % 5) {
    case 0:
      return `ip saddr ${from} tcp dport ${port} ${counter} drop`
    case 1:
      return `iifname "eth1" ip saddr ${from} udp dport ${port}-${port + 5} ct state new,established ${counter} accept`
    case 2:
      return `ip saddr ${from} tcp dport { 80, 443, ${port + 2000} } ${counter} accept comment "rule ${at}"`
    case 3:
      return `ip saddr != ${from} ip daddr 10.255.0.1 tcp dport ${port} tcp flags syn / fin,syn,rst,ack ${counter} reject with tcp reset`
    default:
      return `ip saddr ${from} icmp type echo-request limit rate 5/second ${counter} accept`
  }
}

function iptablesRule(at: number): string {
  const from = `10.${(at >> 8) & 255}.${at & 255}.0/24`
  const port = 1000 + (at % 50_000)
  const rules = [
    `-s ${from} -p tcp -m tcp --dport ${port} -j DROP`,
    `-s ${from} -i eth1 -p udp -m udp --dport ${port}:${port + 5} -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT`,
    `-s ${from} -p tcp -m multiport --dports ${port},80,443 -m comment --comment "rule ${at}" -j ACCEPT`,
    `! -s ${from} -d 10.255.0.1/32 -p tcp -m tcp --dport ${port} --tcp-flags FIN,SYN,RST,ACK SYN -j REJECT --reject-with tcp-reset`,
    `-s ${from} -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT`,
  ]
  return `[5:300] -A INPUT ${rules[at % rules.length]}`
}

const many = (size: number, rule: (at: number) => string): string =>
  Array.from({ length: size }, (_, at) => rule(at)).join('\n')

/** The same many rules as each program lists them. */
function writeFiles(
  folder: string,
  size: number,
): Readonly<Record<'nft -j' | 'nft' | 'iptables-save', string>> {
  const path = (ending: string): string => join(folder, `${size}.${ending}`)
  const table = `table inet filter {\nchain input {\ntype filter hook input priority filter; policy drop;\n${many(size, nftRule)}\n}\n}\n`
  writeFileSync(path('nft'), table)
  const nft = (...words: readonly string[]): string =>
    execFileSync('nft', words, { encoding: 'utf8', maxBuffer: 1 << 28 })
  nft('-f', path('nft'))
  writeFileSync(path('json'), nft('-j', 'list', 'ruleset'))
  writeFileSync(path('nft'), nft('-a', 'list', 'ruleset'))
  nft('flush', 'ruleset')
  const chains = ':INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]'
  writeFileSync(path('save'), `*filter\n${chains}\n${many(size, iptablesRule)}\nCOMMIT\n`)
  return { 'nft -j': path('json'), nft: path('nft'), 'iptables-save': path('save') }
}

const WALK = ['firewall', '--from', '192.0.2.9', '--to', '192.0.2.1:81', '--in', 'eth0', '--json']

/** All sizes in all forms, and the others' reading of the files. */
export function ruleRows(program: readonly string[], runs: number): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-rules-'))
  try {
    return SIZES.flatMap((size) => {
      const files = writeFiles(folder, size)
      const own = Object.entries(files).map(([form, file]) =>
        measure(`firewall, ${size} rules of ${form}`, [...program, ...WALK, '--file', file], runs),
      )
      return [
        ...own,
        measure(`nft -c -f, ${size} rules`, ['nft', '-c', '-f', files.nft], runs),
        measure(
          `iptables-restore --test, ${size} rules`,
          ['iptables-restore', '--test', files['iptables-save']],
          runs,
        ),
      ]
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
