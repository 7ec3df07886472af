import { expect, test } from 'vitest'
import { usbNetworkDevices } from '../../src/facts/lsusb.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const list = `Bus 001 Device 004: ID 0b05:17d1 ASUSTek Computer, Inc. AC51 802.11a/b/g/n/ac Wireless Adapter [Mediatek MT7610U]
Bus 001 Device 003: ID 0bda:8187 Realtek Semiconductor Corp. RTL8187 Wireless Adapter
Bus 001 Device 005: ID 046d:c52b Logitech, Inc. Unifying Receiver
Bus 001 Device 006: ID 045e:0745 Microsoft Corp. Nano Transceiver v1.0 for Bluetooth
Bus 001 Device 007: ID 046d:c534 Logitech, Inc. Wireless Mouse
Bus 002 Device 002: ID 0b95:1790 ASIX Electronics Corp. AX88179 Gigabit Ethernet
Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub
`

test('network adapters are told by their names; mice and hubs are left out', () => {
  const devices = answer(usbNetworkDevices, printed(list))
  expect(devices?.map(({ slot }) => slot)).toEqual(['001:004', '001:003', '002:002'])
  expect(devices?.[2]).toEqual({
    bus: 'usb',
    slot: '002:002',
    description: 'ASIX Electronics Corp. AX88179 Gigabit Ethernet',
    driver: null,
    driverKnown: false,
    modules: [],
  })
})

test('a list without names cannot answer', () => {
  expect(answer(usbNetworkDevices, printed('Bus 001 Device 002: ID 0b95:1790\n'))).toBeNull()
})

test('no USB device is an answer, a failure is none', () => {
  expect(answer(usbNetworkDevices, printed(''))).toEqual([])
  expect(answer(usbNetworkDevices, printed('', 1))).toBeNull()
})

test('any text is survived', () => expectQuestionSurvives(usbNetworkDevices, list))
