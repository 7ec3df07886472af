import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { sysctls } from '../../src/facts/sysctl.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const names = ['net.ipv4.ip_forward', 'net.ipv4.tcp_rmem', 'net.ipv4.conf.eth0/5.rp_filter']
const values = new Map([
  ['net.ipv4.ip_forward', '0'],
  ['net.ipv4.tcp_rmem', '4096\t131072\t33554432'],
  ['net.ipv4.conf.eth0/5.rp_filter', '2'],
])

const listed = `net.ipv4.ip_forward = 0
net.ipv4.tcp_rmem = 4096	131072	33554432
net.ipv4.conf.eth0/5.rp_filter = 2
`

const files = `/proc/sys/net/ipv4/ip_forward:0
/proc/sys/net/ipv4/tcp_rmem:4096	131072	33554432
/proc/sys/net/ipv4/conf/eth0.5/rp_filter:2
`

test.for([
  ['sysctl', listed],
  ['grep', files],
] as const)('%s tells the values', ([, text]) => {
  expect(answer(sysctls(names), printed(text))).toEqual(values)
})

test('a parameter that is missing does not hide the others', () => {
  const error = 'sysctl: cannot stat /proc/sys/foo/bar: No such file or directory\n'
  expect(answer(sysctls(['foo.bar', ...names]), printed(listed, 255, error))).toEqual(values)
})

test('the files are those of the parameters', () => {
  const [, file] = sysctls(names).sources
  expect(file?.argv.slice(3)).toEqual([
    '/proc/sys/net/ipv4/ip_forward',
    '/proc/sys/net/ipv4/tcp_rmem',
    '/proc/sys/net/ipv4/conf/eth0.5/rp_filter',
  ])
})

test('both sources say the same of this machine', () => {
  const question = sysctls(['net.ipv4.ip_forward', 'net.ipv4.tcp_rmem', 'net.core.somaxconn'])
  const [first, second] = question.sources.map(({ argv: [file = '', ...args], parse }) => {
    const { stdout, status } = spawnSync(file, args, { encoding: 'utf8' })
    return parse(printed(stdout, status ?? 0))
  })
  expect(first?.size).toBeGreaterThan(1)
  expect(first).toEqual(second)
})

test('none of them is no answer', () => {
  const error = 'sysctl: cannot stat /proc/sys/foo/bar: No such file or directory\n'
  expect(answer(sysctls(['foo.bar']), printed('', 255, error))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(sysctls(names), listed)
  expectQuestionSurvives(sysctls(names), files)
})
