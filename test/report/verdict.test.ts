import { expect, test } from 'vitest'
import { paintLines } from '../../src/report/line.ts'
import type { Page } from '../../src/report/page.ts'
import {
  decidingFindings,
  describePlace,
  describePosition,
  verdictLines,
} from '../../src/report/verdict.ts'
import { degraded, dropped, healthy, long, refused } from './diagnoses.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }
const text = (diagnosis: typeof refused) =>
  paintLines(verdictLines(diagnosis, 80, page), page.paint)

test.for([
  [refused, 'on the server, layer 7 application, proven'],
  [dropped, 'on the server, layer 4 transport, likely'],
  [healthy, ''],
] as const)('the position of %#', ([{ verdict }, words]) => {
  expect(describePosition(verdict)).toBe(words)
})

test('a fault on the path is not called a side', () => {
  expect(describePosition({ ...dropped.verdict, side: 'path' })).toMatch(/^on the path, /)
})

test('the deciding finding is the one that nothing else explains', () => {
  expect(decidingFindings(refused).map(({ id }) => id)).toEqual(['service.unit'])
  expect(decidingFindings(degraded).map(({ id }) => id)).toEqual(['network.route'])
  expect(decidingFindings(healthy)).toEqual([])
})

test('what proves at the place is shown, what follows elsewhere is only told; --verbose shows all', () => {
  const [one] = decidingFindings(refused)
  if (!one) throw new Error('a finding decides')
  const seen = (host: string, command: string) => ({
    ...one,
    host,
    summary: `seen on ${host}`,
    evidence: [{ host, source: 'x', command, lines: [] }],
  })
  const both = { ...refused, findings: [seen('client', 'nping'), seen('server', 'nft list')] }
  const brief = text(both)
  expect(brief).toMatch(/seen on server\n +server\$ nft list\n +seen on client\n/)
  expect(brief).not.toContain('nping')
  expect(paintLines(verdictLines(both, 80, { ...page, verbose: true }), page.paint)).toContain(
    'client$ nping',
  )
  const verdict = { ...both.verdict, confidence: 'likely' } as const
  expect(text({ ...both, verdict })).toContain('client$ nping')
})

test('what failed at the place is told before what is odd there', () => {
  const [one] = decidingFindings(refused)
  if (!one) throw new Error('a finding decides')
  const odd = { ...one, id: 'transport.arrival', status: 'warn' } as const
  const findings = [odd, { ...one, status: 'fail' } as const]
  expect(decidingFindings({ ...refused, findings }).map(({ status }) => status)).toEqual([
    'fail',
    'warn',
  ])
})

test('a place names the rule as its tool would', () => {
  const { place } = long.verdict
  if (!place?.rule) throw new Error('the long diagnosis has a rule')
  const rule = { ...place.rule, text: 'tcp dport 443 drop' }
  expect(describePlace({ ...place, rule })).toBe(
    'server, enp0s31f6: nft inet filter input, handle 12: tcp dport 443 drop',
  )
  expect(describePlace({ ...place, rule: { ...rule, handle: null, number: 3 } })).toContain(
    ', rule 3:',
  )
  expect(describePlace({ ...place, rule: { ...rule, policy: true } })).toContain(', its policy:')
  expect(describePlace({ host: 'client', interface: null, hop: 4, rule: null })).toBe(
    'client, hop 4',
  )
})

test('a likely cause lists every candidate and the command that tells them apart', () => {
  expect(text(dropped)).toMatch(/could be {2}firewall\.ingress-drop \(server\)\n +server\$ tcpdump/)
})

test('a proven cause that is the only candidate needs no list', () => {
  expect(text(refused)).not.toContain('could be')
})

test('a remedy names host, command, risk, undo, how to keep it and what must turn green', () => {
  const shown = text(refused)
  for (const words of [
    'server$ systemctl start nginx',
    'risk',
    'undo',
    'keep',
    'transport.port must',
  ])
    expect(shown).toContain(words)
})

test('what is not known is listed with what it needs', () => {
  expect(text(dropped)).toContain('server: no access to the server was given (needs --server HOST)')
})

test('what is not known for the same reason is told once, with every host', () => {
  const unknowns = ['client', 'server'].flatMap((host) => [
    { id: 'physical.driver', because: `${host}: devices are shared`, needs: null },
    { id: 'physical.errors', because: `${host}: devices are shared`, needs: null },
  ])
  expect(text({ ...healthy, unknowns }).replace(/\s+/g, ' ')).toContain(
    'physical.driver on client, physical.errors on client, physical.driver on server, physical.errors on server: devices are shared',
  )
})

test('what works stands beside what fails, and what that tells; at most three unless all is asked for', () => {
  const contrast = {
    works: 'port 80 accepts',
    fails: 'port 443 times out',
    tells: 'the host is up',
  }
  const diagnosis = { ...dropped, contrasts: [contrast, contrast, contrast, contrast] }
  const shown = text(diagnosis)
  expect(shown).toContain(
    ' beside it ✓ port 80 accepts\n           ✗ port 443 times out\n             → the host is up\n',
  )
  expect(shown.match(/port 80 accepts/g)).toHaveLength(3)
  const verbose = paintLines(verdictLines(diagnosis, 80, { ...page, verbose: true }), page.paint)
  expect(verbose.match(/port 80 accepts/g)).toHaveLength(4)
})

test('what fails beside several that work is said once', () => {
  const fails = 'port 443 times out'
  const contrasts = [
    { works: 'port 80 accepts', fails, tells: 'the host is up' },
    { works: 'it answers ping', fails, tells: 'the way is open' },
  ]
  const shown = text({ ...dropped, contrasts })
  expect(shown.match(/✗ port 443 times out/g)).toHaveLength(1)
  expect(shown).toContain('✓ it answers ping\n             → the way is open')
})

test('where no command is known, it is said where to read on', () => {
  const verdict = { ...refused.verdict, remedies: [] }
  expect(text({ ...refused, verdict })).toContain(
    ' mend it   rungs explain service.stopped tells how',
  )
  expect(text(healthy)).not.toContain('mend it')
})

test('a rule that the summary names is not told again', () => {
  const { place } = long.verdict
  if (!place?.rule) throw new Error('the long diagnosis has a rule')
  const rule = { ...place.rule, text: 'tcp dport 443 drop' }
  const shown = (summary: string) =>
    text({
      ...long,
      verdict: { ...long.verdict, place: { ...place, interface: null, rule }, summary },
    })
  expect(shown('The rule "tcp dport 443 drop" drops it.')).not.toContain(' where ')
  expect(shown('A rule drops it.')).toContain(' where ')
})

test('of much evidence the first pieces are shown, and how many more there are', () => {
  const [one] = decidingFindings(refused)
  if (!one) throw new Error('a finding decides')
  const evidence = Array.from({ length: 7 }, (_, at) => ({
    host: 'server',
    source: 'x',
    command: `probe-${at}`,
    lines: [],
  }))
  const shown = text({ ...refused, findings: [{ ...one, evidence }] })
  expect(shown).toContain('probe-3')
  expect(shown).not.toContain('probe-4')
  expect(shown).toContain('3 more (--verbose)')
})

test('what was ruled out for the same reason is told once', () => {
  const because = 'the packets arrived'
  const excluded = [
    { cause: 'firewall.path-drop', because },
    { cause: 'route.loop', because },
  ] as const
  const verdict = { ...refused.verdict, excluded }
  expect(text({ ...refused, verdict })).toContain(
    'ruled out firewall.path-drop, route.loop: the packets arrived\n',
  )
})

test('a place that is only a host is not told again', () => {
  const place = { host: 'server', interface: null, hop: null, rule: null }
  expect(text({ ...refused, verdict: { ...refused.verdict, place } })).not.toContain('where')
})

test('what stands behind the cause is named, and where another may hide is said', () => {
  const behind = [{ cause: 'tcp.no-listener', side: 'server', because: 'no socket' }] as const
  const verdict = { ...refused.verdict, behind, unreached: [5, 7] as const }
  const shown = text({ ...refused, verdict })
  expect(shown).toMatch(/behind it tcp\.no-listener \(server\)\n +no socket\n +rungs 5 and 7 were/)
  const one = text({ ...refused, verdict: { ...verdict, unreached: [7] } })
  expect(one).toContain('rung 7 was not reached')
  expect(text(refused)).not.toContain('behind it')
})
