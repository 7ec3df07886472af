import { describe, expect, test } from 'vitest'
import { parseTcFilterJson, parseTcFilterText, trafficFilters } from '../../src/facts/tc-filter.ts'
import { transcripts } from './data.ts'
import { expectQuestionSurvives } from './hostile.ts'

const said = transcripts('frame-programs.txt')
const json = said('tc -j filter show dev eth0 ingress')
const text = said('tc filter show dev eth0 ingress')

describe('the filters of a device', () => {
  const both = [
    {
      device: 'eth0',
      hook: 'ingress',
      kind: 'bpf',
      protocol: 'all',
      preference: 7,
      program: 'pass_all',
      mayDrop: true,
    },
    {
      device: 'eth0',
      hook: 'ingress',
      kind: 'bpf',
      protocol: 'ip',
      preference: 49152,
      program: null,
      mayDrop: true,
    },
  ]

  test('are read from JSON without the heads of their chains', () => {
    expect(parseTcFilterJson(json, 'eth0', 'ingress')).toEqual(both)
  })

  test('are read as people see them', () => {
    expect(parseTcFilterText(text, 'eth0', 'ingress')).toEqual(both)
  })

  test('may be none', () => {
    expect(parseTcFilterJson(said('tc -j filter show dev eth0 egress'), 'eth0', 'egress')).toEqual(
      [],
    )
    expect(parseTcFilterText('', 'eth0', 'egress')).toEqual([])
  })
})

test('a filter whose actions drop may drop, one that only classifies may not', () => {
  // The layout of tc/f_u32.c and tc/m_gact.c.
  const dropping = `filter protocol ip pref 1 u32 chain 0
filter protocol ip pref 1 u32 chain 0 fh 800::800 order 2048 key ht 800 bkt 0 terminal flowid not_in_hw
  match 00000050/0000ffff at 20
	action order 1: gact action drop
	 random type none pass val 0
`
  const classifying = dropping.replace('gact action drop', 'gact action pass')
  expect(parseTcFilterText(dropping, 'eth0', 'ingress')?.[0]?.mayDrop).toBe(true)
  expect(parseTcFilterText(classifying, 'eth0', 'ingress')?.[0]?.mayDrop).toBe(false)
})

test('what is no list of filters is not taken for an empty one', () => {
  expect(parseTcFilterJson('Cannot find device "eth9"', 'eth9', 'ingress')).toBeNull()
  expect(parseTcFilterText('Cannot find device "eth9"', 'eth9', 'ingress')).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(trafficFilters('eth0', 'ingress'), text)
  expectQuestionSurvives(trafficFilters('eth0', 'ingress'), json)
})
