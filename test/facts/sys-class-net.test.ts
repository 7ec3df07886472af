import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { sysDevices } from '../../src/facts/sys-class-net.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const listing = `total 0
lrwxrwxrwx 1 root root    0 Nov 21 00:47 br-18ee -> ../../devices/virtual/net/br-18ee
lrwxrwxrwx 1 root root    0 Nov 21 00:47 eth0 -> ../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0
lrwxrwxrwx 1 root root    0 Nov 21 00:47 lo -> ../../devices/virtual/net/lo
-rw-r--r-- 1 root root 4096 Nov 21 00:47 bonding_masters
`

test('hardware and virtual interfaces are told apart, and files are no interfaces', () => {
  expect(answer(sysDevices, printed(listing))).toEqual([
    { name: 'br-18ee', virtual: true, path: '../../devices/virtual/net/br-18ee' },
    {
      name: 'eth0',
      virtual: false,
      path: '../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0',
    },
    { name: 'lo', virtual: true, path: '../../devices/virtual/net/lo' },
  ])
})

test('the listing of busybox is read as well', () => {
  const text = `total 0
lrwxrwxrwx    1 root     root             0 Nov 21 00:47 wlx04d9f511b8c3 -> ../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/net/wlx04d9f511b8c3
lrwxrwxrwx    1 root     root             0 Nov 21 00:47 lo -> ../../devices/virtual/net/lo
`
  const devices = answer(sysDevices, printed(text))
  expect(devices?.map(({ name, virtual }) => [name, virtual])).toEqual([
    ['wlx04d9f511b8c3', false],
    ['lo', true],
  ])
})

test('an empty directory is an answer, an error is none', () => {
  expect(answer(sysDevices, printed('insgesamt 0\n'))).toEqual([])
  const error = "ls: cannot access '/sys/class/net': No such file or directory\n"
  expect(answer(sysDevices, printed('', 2, error))).toBeNull()
})

test('the list of this machine is complete', () => {
  const text = execFileSync('ls', ['-l', '/sys/class/net'], { encoding: 'utf8' })
  const names = readdirSync('/sys/class/net').filter((name) => name !== 'bonding_masters')
  const found = answer(sysDevices, printed(text))?.map(({ name }) => name)
  expect(found?.toSorted()).toEqual(names.toSorted())
})

test('any text is survived', () => expectQuestionSurvives(sysDevices, listing))
