import { expect, test } from 'vitest'
import { ifcfg } from '../../src/facts/ifcfg.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const text =
  'TYPE="Ethernet"\n# made by hand\nDEVICE=eth0\nONBOOT=no # yet\nIPADDR=\'192.0.2.10\'\n'

test('assignments are read without their quotes', () => {
  expect([...(answer(ifcfg('eth0'), printed(text)) ?? [])]).toEqual([
    ['TYPE', 'Ethernet'],
    ['DEVICE', 'eth0'],
    ['ONBOOT', 'no'],
    ['IPADDR', '192.0.2.10'],
  ])
  expect(answer(ifcfg('eth0'), printed('', 1, 'cat: x: No such file or directory'))).toBeNull()
})

test('no text makes it throw', () => expectQuestionSurvives(ifcfg('eth0'), text))
