import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { arrivingFrames, parseTcpdumpTags } from '../../src/facts/tcpdump-tags.ts'
import { expectQuestionSurvives } from './hostile.ts'

const LISTENING = 'listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n'
const TAGGED =
  '96:bd:e6:85:cb:e1 > 33:33:00:00:00:16, ethertype 802.1Q (0x8100), length 94: vlan 20, p 0, ethertype IPv6 (0x86dd), :: > ff02::16: HBH ICMP6, multicast listener report v2, 1 group record(s), length 28\n'
const PLAIN =
  '3a:da:8d:78:a4:59 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.5.0.1 tell 10.5.0.2, length 28\n'
const read = (text: string) => parseTcpdumpTags(printed(text, 124, LISTENING))

test('frames are counted by their tags', () => {
  expect(read(TAGGED + PLAIN + TAGGED)).toEqual({ untagged: 1, tagged: new Map([[20, 2]]) })
})

test('a tag of VLAN 0 is a priority and no VLAN', () => {
  expect(read(TAGGED.replace('vlan 20', 'vlan 0'))).toEqual({ untagged: 1, tagged: new Map() })
})

test('silence is known only where tcpdump did listen', () => {
  expect(read('')).toEqual({ untagged: 0, tagged: new Map() })
  const denied = "tcpdump: eth0: You don't have permission to perform this capture on that device\n"
  expect(parseTcpdumpTags(printed('', 1, denied))).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(arrivingFrames('eth0'), TAGGED + PLAIN)
})
