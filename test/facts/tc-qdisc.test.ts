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
  expect(found?.filter(showsToFilters)).toEqual([{ device: 'eth0', kind: 'clsact', drops: 0 }])
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
