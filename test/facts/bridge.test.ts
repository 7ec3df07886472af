import { expect, test } from 'vitest'
import {
  learned,
  parseBridgeForwarding,
  parseBridgeVlans,
  portVlans,
} from '../../src/facts/bridge.ts'
import { expectQuestionSurvives } from './hostile.ts'

const VLANS =
  '[{"ifname":"p1","vlans":[{"vlan":10,"flags":["PVID","Egress Untagged"]}]},' +
  '{"ifname":"p2","vlans":[{"vlan":20,"vlanEnd":23},{"vlan":30}]},{"ifname":"p3","vlans":[]}]'
const TABLE =
  '[{"mac":"02:00:00:77:02:02","ifname":"p1","flags":[],"master":"br0","state":""},' +
  '{"mac":"02:00:00:77:02:aa","ifname":"p1","master":"br0","flags":[],"state":"permanent"}]'

test('the VLANs of a port are read with ranges, and which one is untagged', () => {
  expect(parseBridgeVlans(VLANS)).toEqual([
    { port: 'p1', untagged: 10, members: [10] },
    { port: 'p2', untagged: null, members: [20, 21, 22, 23, 30] },
    { port: 'p3', untagged: null, members: [] },
  ])
})

test('no more members are made of a range than there are VLANs', () => {
  const huge = '[{"ifname":"p","vlans":[{"vlan":1,"vlanEnd":999999999}]}]'
  expect(parseBridgeVlans(huge)?.[0]?.members).toHaveLength(4095)
})

test("a host is behind the port where it was seen; the bridge's own addresses are nobody's", () => {
  expect(parseBridgeForwarding(TABLE)).toEqual([{ mac: '02:00:00:77:02:02', port: 'p1' }])
})

test('what is no JSON is no answer', () => {
  expect(parseBridgeVlans('bridge: not found')).toBeNull()
  expect(parseBridgeForwarding('bridge: not found')).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(portVlans, VLANS)
  expectQuestionSurvives(learned, TABLE)
})
