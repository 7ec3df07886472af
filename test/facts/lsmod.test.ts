import { expect, test } from 'vitest'
import { modules } from '../../src/facts/lsmod.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const list = `Module                  Size  Used by
e1000                163840  0
mac80211             995328  7 mt76,mt76_usb,mt76x02_lib,mt76x02_usb,mt76x0_common,rtl8187,mt76x0u
cfg80211             983040  5 mt76,mt76x02_lib,mac80211,mt76x02_usb,rtl8187
`

test('each module has its size and its users', () => {
  expect(answer(modules, printed(list))).toEqual([
    { name: 'e1000', sizeBytes: 163840, usedBy: [] },
    {
      name: 'mac80211',
      sizeBytes: 995328,
      usedBy: [
        'mt76',
        'mt76_usb',
        'mt76x02_lib',
        'mt76x02_usb',
        'mt76x0_common',
        'rtl8187',
        'mt76x0u',
      ],
    },
    {
      name: 'cfg80211',
      sizeBytes: 983040,
      usedBy: ['mt76', 'mt76x02_lib', 'mac80211', 'mt76x02_usb', 'rtl8187'],
    },
  ])
})

test('a filtered list without its header is still one', () => {
  expect(answer(modules, printed('e1000                163840  0\n...\n'))).toEqual([
    { name: 'e1000', sizeBytes: 163840, usedBy: [] },
  ])
})

test('/proc/modules is read, with its state, address and taint', () => {
  const text = `e1000 163840 0 - Live 0x0000000000000000
mac80211 995328 2 mt76,mt76_usb, Live 0xffffffffc0a3d000 (OE)
`
  expect(answer(modules, printed(text))).toEqual([
    { name: 'e1000', sizeBytes: 163840, usedBy: [] },
    { name: 'mac80211', sizeBytes: 995328, usedBy: ['mt76', 'mt76_usb'] },
  ])
})

test('no module loaded is an answer, no list is none', () => {
  expect(
    answer(modules, printed('Module                  Size  Used by    Not tainted\n')),
  ).toEqual([])
  expect(answer(modules, printed(''))).toEqual([])
  const error = 'cat: /proc/modules: No such file or directory\n'
  expect(answer(modules, printed('', 1, error))).toBeNull()
})

test('any text is survived', () => expectQuestionSurvives(modules, list))
