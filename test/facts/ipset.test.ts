import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipsets, parseIpsetSave } from '../../src/facts/ipset.ts'
import { printed } from '../../src/facts/source.ts'

const text = readFileSync(new URL('data/ipset-save.txt', import.meta.url), 'utf8')
const sets = parseIpsetSave(text) ?? new Map()

test('reads the sets of a real listing with what their members are made of', () => {
  expect([...sets.keys()]).toHaveLength(text.match(/^create /gm)?.length ?? 0)
  expect(sets.get('hip')).toMatchObject({ method: 'hash', dimensions: ['ip'], family: 4 })
  expect(sets.get('hipport')?.members).toContainEqual({
    parts: ['10.0.0.1', 'tcp:80'],
    except: false,
  })
  expect(sets.get('hnet')?.members).toContainEqual({ parts: ['10.1.0.0/16'], except: true })
  expect(sets.get('h6')?.family).toBe(6)
  expect(sets.get('list')).toMatchObject({
    family: null,
    members: [{ parts: ['hip'] }, { parts: ['hnet'] }],
  })
  expect(sets.get('empty')?.members).toEqual([])
})

test('a comment that says nomatch makes no exception', () => {
  const found = parseIpsetSave(
    'create a hash:net family inet comment\nadd a 10.0.0.0/8 comment "is nomatch ok"',
  )
  expect(found?.get('a')?.members[0]?.except).toBe(false)
})

test('is null for what is no listing, and for a command that failed', () => {
  expect(parseIpsetSave('hello')).toBeNull()
  expect(ipsets.sources[0]?.parse(printed(text, 1))).toBeNull()
})

test('never throws', () => {
  const line = fc.constantFrom(...text.split('\n'))
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      (lines) => void parseIpsetSave(lines.join('\n')),
    ),
  )
})
