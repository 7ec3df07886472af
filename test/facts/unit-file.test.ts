import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { unitsNaming } from '../../src/facts/unit-file.ts'

const parse = (text: string, code = 0) => unitsNaming('8080').sources[0]?.parse(printed(text, code))

test('the units whose files hold a word are named once, with what is dropped in beside them', () => {
  const text = [
    '/etc/systemd/system/app.service',
    '/etc/systemd/system/app.service.d/port.conf',
    '/lib/systemd/system/other@.socket',
    '/etc/systemd/system/readme.txt',
  ].join('\n')
  expect(parse(text)).toEqual(['app.service', 'other@.socket'])
})

test('none is an answer too; a grep that is not there is none', () => {
  expect(parse('', 1)).toEqual([])
  expect(parse('/etc/systemd/system/app.service', 2)).toEqual(['app.service'])
  expect(parse('', 127)).toBeNull()
})

test('the word is a word, whatever it begins with', () => {
  expect(unitsNaming('-x').sources[0]?.argv.slice(0, 4)).toEqual(['grep', '-rlswF', '-e', '-x'])
})
