import { expect, test } from 'vitest'
import { pciNetworkDevices } from '../../src/facts/lspci.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const withDrivers = `00:1f.3 Audio device: Intel Corporation Cannon Lake PCH cAVS (rev 10)
	Subsystem: Lenovo Cannon Lake PCH cAVS
	Kernel driver in use: snd_hda_intel
	Kernel modules: snd_hda_intel, snd_soc_skl
00:1f.6 Ethernet controller: Intel Corporation Ethernet Connection (7) I219-LM (rev 10)
	Subsystem: Lenovo Ethernet Connection (7) I219-LM
	Kernel driver in use: e1000e
	Kernel modules: e1000e
52:00.0 Network controller: Broadcom Inc. and subsidiaries BCM4360 802.11ac Wireless Network Adapter (rev 03)
	Subsystem: Apple Inc. BCM4360 802.11ac Wireless Network Adapter
	Kernel modules: bcma, wl
`

test('a device with a driver and one without are told apart', () => {
  expect(answer(pciNetworkDevices, printed(withDrivers))).toEqual([
    {
      bus: 'pci',
      slot: '00:1f.6',
      description: 'Intel Corporation Ethernet Connection (7) I219-LM (rev 10)',
      driver: 'e1000e',
      driverKnown: true,
      modules: ['e1000e'],
    },
    {
      bus: 'pci',
      slot: '52:00.0',
      description:
        'Broadcom Inc. and subsidiaries BCM4360 802.11ac Wireless Network Adapter (rev 03)',
      driver: null,
      driverKnown: true,
      modules: ['bcma', 'wl'],
    },
  ])
})

test('a virtual machine shows its virtio card and nothing else', () => {
  const text = `00:00.0 Host bridge: Intel Corporation Device 0d57
00:02.0 Mass storage controller: Red Hat, Inc. Virtio 1.0 block device (rev 01)
	Subsystem: Red Hat, Inc. Virtio 1.0 block device
	Kernel driver in use: virtio-pci
00:03.0 Ethernet controller: Red Hat, Inc. Virtio 1.0 network device (rev 01)
	Subsystem: Red Hat, Inc. Virtio 1.0 network device
	Kernel driver in use: virtio-pci
`
  const devices = answer(pciNetworkDevices, printed(text))
  expect(devices?.map(({ slot, driver }) => [slot, driver])).toEqual([['00:03.0', 'virtio-pci']])
})

test('a plain list says nothing of drivers', () => {
  const text = `00:03.0 Ethernet controller: Intel Corporation 82540EM Gigabit Ethernet Controller (rev 02)
00:08.0 Ethernet controller: Intel Corporation 82540EM Gigabit Ethernet Controller (rev 02)
00:09.0 Ethernet controller: Intel Corporation 82540EM Gigabit Ethernet Controller (rev 02)
00:0a.0 Ethernet controller: Intel Corporation 82540EM Gigabit Ethernet Controller (rev 02)
`
  const devices = answer(pciNetworkDevices, printed(text))
  expect(devices?.map(({ slot }) => slot)).toEqual(['00:03.0', '00:08.0', '00:09.0', '00:0a.0'])
  expect(devices?.every(({ driver, driverKnown }) => driver === null && !driverKnown)).toBe(true)
})

test('domains and class numbers are understood', () => {
  const text = '0000:00:03.0 Ethernet controller [0200]: Intel Corporation 82540EM [8086:100e]\n'
  expect(answer(pciNetworkDevices, printed(text))?.[0]).toMatchObject({
    slot: '0000:00:03.0',
    description: 'Intel Corporation 82540EM [8086:100e]',
  })
})

test('an empty bus is an answer, a bus that cannot be read is none', () => {
  expect(answer(pciNetworkDevices, printed(''))).toEqual([])
  const error = 'pcilib: Cannot open /proc/bus/pci\nlspci: Cannot find any working access method.\n'
  expect(answer(pciNetworkDevices, printed('', 1, error))).toBeNull()
  expect(answer(pciNetworkDevices, printed('bash: lspci: command not found\n'))).toBeNull()
})

test('any text is survived', () => expectQuestionSurvives(pciNetworkDevices, withDrivers))
