import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpRuleJson, parseIpRuleText, rules4, rules6 } from '../../src/facts/ip-rule.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript } from './data.ts'

const json = parseIpRuleJson(transcript('ip-rule4-ns.json'), 4) ?? []
const at = (priority: number) => json.find((rule) => rule.priority === priority)

describe('ip rule show', () => {
  test('tells conditions and actions', () => {
    expect(at(900)).toEqual({
      negated: false,
      suppressedLength: null,
      further: false,
      goto: null,
      family: 4,
      priority: 900,
      from: null,
      to: '10.5.0.0/16',
      inputDevice: 'veth0',
      outputDevice: null,
      mark: null,
      table: null,
      action: 'blackhole',
      text: '900: from all to 10.5.0.0/16 iif veth0 blackhole',
    })
    expect(at(1000)).toMatchObject({ from: '10.0.3.16', table: '100', action: 'lookup' })
    expect(at(999)).toMatchObject({ mark: '0x10/0xff', table: '100' })
    expect(at(899)).toMatchObject({ outputDevice: 'tun0', table: '200' })
    expect(at(901)).toMatchObject({ from: '10.1.2.3', action: 'prohibit', table: null })
    expect(at(905)).toMatchObject({ from: '10.9.9.0/24', action: 'goto', goto: expect.any(Number) })
  })

  test('tells the same in JSON and in text, word for word', () => {
    expect(parseIpRuleText(transcript('ip-rule4-ns.txt'), 4)).toEqual(json)
    const six = parseIpRuleJson(transcript('ip-rule6-ns.json'), 6)
    expect(parseIpRuleText(transcript('ip-rule6-ns.txt'), 6)).toEqual(six)
    expect(six?.map((rule) => rule.table)).toEqual(['local', '100', 'main'])
  })

  test('of busybox has the same priorities, tables and plain actions', () => {
    const found = parseIpRuleText(transcript('ip-rule4-ns-busybox.txt'), 4) ?? []
    const short = (rules: typeof json) =>
      rules
        .filter(({ action }) => action !== 'goto')
        .map((rule) => [rule.priority, rule.table, rule.action])
    expect(short(found).filter(([priority]) => priority !== 905)).toEqual(short(json))
  })
})

test('no rule is an answer, a failure is none', () => {
  for (const { sources } of [rules4, rules6])
    for (const source of sources) {
      expect(source.parse(printed(''))).toEqual([])
      expect(source.parse(printed('', 2, 'Error: Rule family not supported.'))).toBeNull()
      expect(source.parse(printed('Usage: ip rule { add | del } SELECTOR ACTION'))).toBeNull()
    }
})

test('no text makes them throw', () => {
  const line = fc.constantFrom('0: from all', '1: not from x lookup', '2: from to iif goto')
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      (lines) => void parseIpRuleText(lines.join('\n'), 4),
    ),
  )
  fc.assert(fc.property(fc.json(), (text) => void parseIpRuleJson(text, 6)))
})
