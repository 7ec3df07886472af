import { expect, test } from 'vitest'
import { radios } from '../../src/facts/rfkill.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const list = `0: phy0: Wireless LAN
   Soft blocked: no
   Hard blocked: no
1: phy1: Wireless LAN
	Soft blocked: yes
	Hard blocked: no
2: hci0: Bluetooth
	Soft blocked: no
	Hard blocked: yes
`

const json = `{
   "rfkilldevices": [
      {
         "id": 0,
         "type": "wlan",
         "device": "phy0",
         "soft": "unblocked",
         "hard": "unblocked"
      },{
         "id": 1,
         "type": "wlan",
         "device": "phy1",
         "soft": "blocked",
         "hard": "unblocked"
      },{
         "id": 2,
         "type": "bluetooth",
         "device": "hci0",
         "soft": "unblocked",
         "hard": "blocked"
      }
   ]
}
`

test.for([
  ['the list', list],
  ['JSON', json],
  [
    'the JSON of the first versions',
    json.replace('rfkilldevices', '').replaceAll(/"id": (\d)/g, '"id": "$1"'),
  ],
] as const)('soft and hard blocks are read from %s', ([, text]) => {
  expect(answer(radios, printed(text))).toEqual([
    { index: 0, name: 'phy0', type: 'wlan', softBlocked: false, hardBlocked: false },
    { index: 1, name: 'phy1', type: 'wlan', softBlocked: true, hardBlocked: false },
    { index: 2, name: 'hci0', type: 'bluetooth', softBlocked: false, hardBlocked: true },
  ])
})

test('a machine without radios has an empty list', () => {
  const none = '{\n   "rfkilldevices": [\n\n   ]\n}\n'
  expect(answer(radios, printed(none))).toEqual([])
  const error = 'rfkill: cannot open /dev/rfkill: No such file or directory\n'
  expect(answer(radios, printed(none, 1, error))).toEqual([])
  expect(answer(radios, printed('', 1, error))).toEqual([])
})

test('a refusal is no answer', () => {
  const error = 'rfkill: cannot open /dev/rfkill: Permission denied\n'
  expect(answer(radios, printed('{\n   "rfkilldevices": [\n\n   ]\n}\n', 1, error))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(radios, list)
  expectQuestionSurvives(radios, json)
})
