import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTenHops, TARGET, type TenHops } from '../ten-hops.ts'

/** Answers for public addresses alone: of private ones nobody is asked. */
const CONFIG = [
  'no-resolv',
  'no-hosts',
  'port=53',
  'listen-address=10.9.1.1',
  'bind-interfaces',
  'ptr-record=2.3.9.10.in-addr.arpa,router-three.example',
  'ptr-record=4.2.0.192.in-addr.arpa,edge.example',
  'txt-record=4.2.0.192.origin.asn.cymru.com,64500 | 192.0.2.0/24 | ZZ | test | 2026-11-28',
  'txt-record=AS64500.asn.cymru.com,64500 | ZZ | test | 2026-11-28 | EXAMPLE-AS - An example',
].join('\n')

let lab: TenHops
let server: ChildProcess
/** Where `ip netns exec` finds the files of a namespace. */
let directory: string
const scratch = mkdtempSync(join(tmpdir(), 'rungs-names-'))

beforeAll(async () => {
  lab = makeTenHops()
  directory = join('/etc/netns', lab.name(0))
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'resolv.conf'), 'nameserver 10.9.1.1\n')
  writeFileSync(join(directory, 'hosts'), '10.9.2.2 router-two.from-hosts\n')
  writeFileSync(join(scratch, 'dnsmasq.conf'), CONFIG)
  // Node 4 answers from an address that somebody announces.
  lab.sh(
    4,
    'ip addr add 192.0.2.4/32 dev lo; ip route replace 10.9.1.0/24 via 10.9.4.1 src 192.0.2.4',
  )
  const words = ['netns', 'exec', lab.name(0), 'dnsmasq', '--keep-in-foreground', '--user=root']
  server = spawn('ip', [...words, `--conf-file=${join(scratch, 'dnsmasq.conf')}`], {
    stdio: 'ignore',
  })
  for (let tries = 0; tries < 50; tries++) {
    const answer = lab.sh(0, 'dig +short +time=1 +tries=1 @10.9.1.1 -x 10.9.3.2 || true')
    if (answer.includes('router-three')) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
})
afterAll(() => {
  server.kill('SIGKILL')
  lab.remove()
  for (const one of [directory, scratch]) rmSync(one, { recursive: true })
})

test('names come from /etc/hosts and the name server, systems from its texts', () => {
  const { out, err } = lab.trace(`--asn --json ${TARGET}`)
  expect(err).toBe('')
  const { hops } = JSON.parse(out)
  const first = (hop: number) => hops[hop - 1].addresses[0]
  expect(first(1)).toMatchObject({ address: '10.9.1.2', name: null, asn: null })
  expect(first(2)).toMatchObject({ address: '10.9.2.2', name: 'router-two.from-hosts' })
  expect(first(3)).toMatchObject({ address: '10.9.3.2', name: 'router-three.example' })
  expect(first(4)).toEqual({
    address: '192.0.2.4',
    name: 'edge.example',
    asn: { number: 64_500, name: 'EXAMPLE-AS - An example', prefix: '192.0.2.0/24' },
    replies: 3,
  })
})

test('the report has numbers of systems where mtr has them', () => {
  const ours = lab.trace(`-n -c 1 --asn --report ${TARGET}`).out
  expect(ours).toMatch(/^ {2}4\. AS64500 {2}192\.0\.2\.4 /m)
  const theirs = lab.sh(0, `mtr -r -n -z -c 1 -i 0.1 -G 0.5 ${TARGET}`)
  const places = (text: string) =>
    text
      .split('\n')
      .slice(2, 12)
      .map((line) => line.indexOf('0.0%'))
  expect(places(ours)).toEqual(places(theirs))
})

test('a table of systems answers instead', () => {
  const table = join(scratch, 'table')
  writeFileSync(table, '10.9.0.0/16 64999 Inside\n')
  const { out } = lab.trace(`-n --asn-table ${table} --json ${TARGET}`)
  expect(JSON.parse(out).hops[0].addresses[0].asn).toEqual({
    number: 64_999,
    name: 'Inside',
    prefix: '10.9.0.0/16',
  })
})

test('a name server that is silent costs its time once, and the trace has no names', () => {
  writeFileSync(join(directory, 'resolv.conf'), 'nameserver 10.9.99.99\n')
  const began = performance.now()
  const { out } = lab.trace(`--json ${TARGET}`)
  expect(performance.now() - began).toBeLessThan(6000)
  expect(JSON.parse(out).hops[2].addresses[0].name).toBeNull()
})
