import { expect, test } from 'vitest'
import {
  parseTcQdiscJson,
  parseTcQdiscText,
  queues,
  showsToFilters,
} from '../../src/facts/tc-qdisc.ts'
import { transcripts } from './data.ts'
import { expectQuestionSurvives } from './hostile.ts'

const said = transcripts('frame-programs.txt')
const json = said('tc -s -j qdisc show')
const text = said('tc -s qdisc show')

test('the queues of every device are read alike from JSON and from text', () => {
  const found = parseTcQdiscJson(json)
  expect(found).toEqual(parseTcQdiscText(text))
  expect(found?.filter(showsToFilters)).toMatchObject([
    { device: 'eth0', kind: 'clsact', drops: 0 },
  ])
})

test('what filters dropped is counted', () => {
  const dropped = text.replace('1 pkt (dropped 0', '1 pkt (dropped 12')
  expect(parseTcQdiscText(dropped)?.filter(showsToFilters)[0]?.drops).toBe(12)
})

test('what names no device is no list of queues', () => {
  expect(parseTcQdiscText('Object "qdisc" is unknown')).toBeNull()
  expect(parseTcQdiscJson('[]')).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(queues, text)
  expectQuestionSurvives(queues, json)
})

/** A link of 16 kbit/s with a packet in its queue, told by tc of iproute2 6.1 in both ways. */
const SHAPED_JSON =
  '[{"kind":"tbf","handle":"8003:","dev":"eth0","root":true,"refcnt":3,"options":{"rate":2000,"burst":2000,"lat":99000000},"bytes":12012,"packets":14,"drops":2,"overlimits":23,"requeues":0,"backlog":1242,"qlen":1}]'
const SHAPED_TEXT =
  'qdisc tbf 8003: dev eth0 root refcnt 3 rate 16Kbit burst 2000b lat 99s \n Sent 12012 bytes 14 pkt (dropped 2, overlimits 23 requeues 0) \n backlog 1242b 1p requeues 0\n'

test('the rate of a queue, what had to wait and what waits are read', () => {
  const shaped = {
    device: 'eth0',
    kind: 'tbf',
    drops: 2,
    rate: '16Kbit',
    overlimits: 23,
    backlogBytes: 1242,
  }
  expect(parseTcQdiscJson(SHAPED_JSON)).toEqual([shaped])
  expect(parseTcQdiscText(SHAPED_TEXT)).toEqual([shaped])
  const full = SHAPED_TEXT.replace('1242b', '12Kb')
  expect(parseTcQdiscText(full)?.[0]?.backlogBytes).toBe(12 * 1024)
})
