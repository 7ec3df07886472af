import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { pciNetworkDevicesSysfs } from '../../src/facts/sys-bus.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const list = `0000:00:03.0 0x020000 0x1af4 0x1041 virtio-pci
0000:52:00.0 0x028000 0x14e4 0x43a0 
end
`

test('a card without a driver is found without lspci', () => {
  expect(answer(pciNetworkDevicesSysfs, printed(list))).toEqual([
    {
      bus: 'pci',
      slot: '0000:00:03.0',
      description: 'Ethernet controller [1af4:1041]',
      driver: 'virtio-pci',
      driverKnown: true,
      modules: [],
    },
    {
      bus: 'pci',
      slot: '0000:52:00.0',
      description: 'Network controller [14e4:43a0]',
      driver: null,
      driverKnown: true,
      modules: [],
    },
  ])
})

test('a list that was cut, or no sysfs, is no answer', () => {
  expect(answer(pciNetworkDevicesSysfs, printed(list.slice(0, 60)))).toBeNull()
  expect(answer(pciNetworkDevicesSysfs, printed('', 1))).toBeNull()
  expect(answer(pciNetworkDevicesSysfs, printed('end\n'))).toEqual([])
})

const bus = '/sys/bus/pci/devices'

test.skipIf(!existsSync(bus))('the command finds what sysfs has on this machine', () => {
  const [file = '', ...args] = pciNetworkDevicesSysfs.sources[0]?.argv ?? []
  const text = execFileSync(file, args, { encoding: 'utf8' })
  const slots = readdirSync(bus).filter((slot) =>
    readFileSync(`${bus}/${slot}/class`, 'utf8').startsWith('0x02'),
  )
  const found = answer(pciNetworkDevicesSysfs, printed(text))
  expect(found?.map(({ slot }) => slot).toSorted()).toEqual(slots.toSorted())
  for (const { slot, driver } of found ?? [])
    expect(existsSync(`${bus}/${slot}/driver`)).toBe(driver !== null)
})

test('any text is survived', () => expectQuestionSurvives(pciNetworkDevicesSysfs, list))
