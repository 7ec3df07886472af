import { expect, test } from 'vitest'
import { cgroupOf, cgroupUnit } from '../../src/facts/cgroup.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const id = 'f7c883ff6c68a1f9d9c1a5c1b9e0a7d3c2b1a09f8e7d6c5b4a392817060504ff'
const ask = (text: string) => answer(cgroupOf(31), printed(text))

test.for([
  ['0::/system.slice/nginx.service', 'nginx.service'],
  ['0::/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service', 'user@1000.service'],
  ['0::/user.slice/user-1000.slice/session-3.scope', null],
  ['0::/init.scope', null],
  ['0::/', null],
  ['9:name=systemd:/system.slice/ssh.service\n8:pids:/\n0::/', 'ssh.service'],
] as const)('%j belongs to %s', ([text, unit]) => {
  expect(ask(`${text}\n`)).toEqual({ unit, container: null })
  expect(cgroupUnit(text)).toBe(unit)
})

test.for([
  `0::/system.slice/docker-${id}.scope`,
  `0::/docker/${id}`,
  `12:pids:/docker/${id}\n1:name=systemd:/docker/${id}`,
  `0::/machine.slice/libpod-${id}.scope/container`,
  `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1234_5678.slice/cri-containerd-${id}.scope`,
  `0::/kubepods/besteffort/pod2fa2c8f0-0d0b-4f0e/${id}`,
  `0::/kubepods.slice/kubepods-pod12.slice/crio-${id}.scope`,
])('%s is in a container', (text) => {
  expect(ask(`${text}\n`)).toEqual({ unit: null, container: id })
})

test('what watches a container is not in it', () => {
  expect(ask(`0::/machine.slice/libpod-conmon-${id}.scope\n`)).toEqual({
    unit: null,
    container: null,
  })
})

test('a container of a service of a user has both', () => {
  const text = `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope\n`
  expect(ask(text)).toEqual({ unit: 'user@1000.service', container: id })
})

test('a process that is gone is no answer', () => {
  const error = 'cat: /proc/31/cgroup: No such file or directory\n'
  expect(answer(cgroupOf(31), printed('', 1, error))).toBeNull()
})

test('any text is survived', () =>
  expectQuestionSurvives(cgroupOf(31), `9:name=systemd:/\n0::/system.slice/docker-${id}.scope\n`))
