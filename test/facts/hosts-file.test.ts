import { expect, test } from 'vitest'
import { hostsAddresses, hostsFile } from '../../src/facts/hosts-file.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const file = `127.0.0.1	localhost
127.0.1.1	debian.example.org debian   # this machine
# 10.9.9.9	www.upc.edu

::1     localhost ip6-localhost ip6-loopback
fe80::7%eth0	printer
10.1.1.5	WWW.upc.edu.
not-an-address	www.upc.edu
192.0.2.9
`

test('addresses have their names; comments and broken lines are left out', () => {
  expect(answer(hostsFile, printed(file))).toEqual([
    { address: '127.0.0.1', names: ['localhost'] },
    { address: '127.0.1.1', names: ['debian.example.org', 'debian'] },
    { address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
    { address: 'fe80::7%eth0', names: ['printer'] },
    { address: '10.1.1.5', names: ['WWW.upc.edu.'] },
  ])
})

test('a name is found in any case, with each of its addresses', () => {
  const entries = answer(hostsFile, printed(file)) ?? []
  expect(hostsAddresses(entries, 'LOCALHOST')).toEqual(['127.0.0.1', '::1'])
  expect(hostsAddresses(entries, 'www.upc.edu')).toEqual(['10.1.1.5'])
  expect(hostsAddresses(entries, 'upc.edu')).toEqual([])
})

test('no file, or an empty one, has no names; a refusal is no answer', () => {
  expect(answer(hostsFile, printed(''))).toEqual([])
  expect(answer(hostsFile, printed('# nothing\n\n'))).toEqual([])
  const missing = 'cat: /etc/hosts: No such file or directory\n'
  expect(answer(hostsFile, printed('', 1, missing))).toEqual([])
  expect(answer(hostsFile, printed('', 1, 'cat: /etc/hosts: Permission denied\n'))).toBeNull()
  expect(answer(hostsFile, printed('bash: cat: command not found\n'))).toBeNull()
})

test('any text is survived', () => expectQuestionSurvives(hostsFile, file))
