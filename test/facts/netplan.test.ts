import { expect, test } from 'vitest'
import { netplan } from '../../src/facts/netplan.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

// As netplan 0.106 writes it.
const yaml = `network:
  version: 2
  renderer: networkd # ours
  ethernets:
    eth0:
      addresses:
      - "192.0.2.10/24"
      routes:
      - to: "default"
        via: "192.0.2.1"
    "uplink":
      match:
        macaddress: "02:00:00:00:00:01"
      set-name: "lan0"
  bridges:
    br0:
      interfaces:
      - eth1
`
const text = yaml
  .split('\n')
  .map((line, at) => `/etc/netplan/01-netcfg.yaml:${at + 1}:${line}\n`)
  .join('')

test('a definition names its device by its key, or by the name that it sets', () => {
  const file = '/etc/netplan/01-netcfg.yaml'
  expect(answer(netplan, printed(text))).toEqual({
    renderer: 'networkd',
    devices: [
      { section: 'ethernets', id: 'eth0', name: null, file },
      { section: 'ethernets', id: 'uplink', name: 'lan0', file },
      { section: 'bridges', id: 'br0', name: null, file },
    ],
  })
})

test('no text makes it throw', () => expectQuestionSurvives(netplan, text))
