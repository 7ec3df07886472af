/** A check is found again in the log of a real nginx, behind address translation, in another zone, by a wrong clock. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Diagnosis } from '../src/diagnose/diagnosis.ts'
import { inNewWorld } from '../src/lab/world.ts'

const rungs = `${process.execPath} ${join(import.meta.dirname, '../dist/rungs.js')}`

/** Each check in turn: what was done to the network before it, and of what it asked. */
const CHECKS = [
  ['healthy', 'true', '/'],
  [
    'translated',
    'ip netns exec rungs-r1 nft "add table t; add chain t post { type nat hook postrouting priority 100; }; add rule t post oifname eth1 masquerade"',
    '/',
  ],
  ['elsewhere', 'restart env TZ=Asia/Kolkata', '/private'],
  ['ahead', 'restart faketime -f +2h', '/private'],
] as const

const script = `
PATH=$PATH:/usr/sbin:/sbin
turns=0
restart() {
  kill $(cat /run/rungs-daemon/pid)
  until ! listens || [ $((turns += 1)) -gt 100 ]; do sleep 0.1; done
  ip netns exec rungs-server "$@" nginx -c /run/rungs-daemon/conf -g 'daemon off;' >/dev/null 2>&1 &
  until listens || [ $((turns += 1)) -gt 200 ]; do sleep 0.1; done
}
listens() { ip netns exec rungs-server ss -Hltn sport = :80 | grep -q .; }
${rungs} lab up >/dev/null && ${rungs} lab break nginx-answers >/dev/null || exit 9
sed -i 's,root ,location /private { deny all; } root ,' /run/rungs-daemon/conf
${CHECKS.map(
  ([, before, path]) => `${before}
ip netns exec rungs-client ${rungs} check -4 --json http://www.lab.example${path} --server netns://rungs-server
echo "=="`,
).join('\n')}
${rungs} lab down >/dev/null
`

let diagnoses: Readonly<Record<string, Diagnosis>>
beforeAll(() => {
  const [file = '', ...rest] = inNewWorld(true, ['sh', '-c', script])
  const { stdout, stderr } = spawnSync(file, rest, {
    encoding: 'utf8',
    timeout: 90_000,
    killSignal: 'SIGKILL',
  })
  const printed = stdout.split('==\n')
  expect(stderr).toBe('')
  diagnoses = Object.fromEntries(
    CHECKS.map(([name], index) => [name, JSON.parse(printed[index] ?? 'null') as Diagnosis]),
  )
})

const told = (name: string): string | undefined =>
  diagnoses[name]?.findings.find(({ id }) => id === 'service.log')?.summary

test('the log tells of the check by its token, and nothing of it is wrong', () => {
  expect(diagnoses.healthy?.verdict.state).toBe('reachable')
  expect(told('healthy')).toMatch(
    /access\.log tells of it, found by the token [a-z2-7]{8}; from 192\.0\.2\.10; status 200; the clocks agree$/,
  )
})

test('the address that the server saw is told where it was translated', () => {
  expect(told('translated')).toContain(
    '; from 198.51.100.1, though the client sent from 192.0.2.10: the address was translated on the way;',
  )
})

test('an error log in another zone than its host gives the reason all the same', () => {
  expect(told('elsewhere')).toMatch(/error\.log says: .* access forbidden by rule/)
  expect(told('elsewhere')).toMatch(/status 403; the clocks agree$/)
})

test('a wrong clock is told, and does not hide the reason', () => {
  expect(told('ahead')).toMatch(/error\.log says: .* access forbidden by rule/)
  expect(told('ahead')).toMatch(/its clock is 2 h ahead of the client's$/)
  expect(diagnoses.ahead?.verdict).toMatchObject({ state: 'degraded', cause: 'service.denied' })
  expect(diagnoses.ahead?.verdict.summary).toContain('access forbidden by rule')
})
