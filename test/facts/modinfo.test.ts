import { expect, test } from 'vitest'
import { moduleInfo } from '../../src/facts/modinfo.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const e1000 = `filename:       /lib/modules/6.1.0-18-amd64/kernel/drivers/net/ethernet/intel/e1000/e1000.ko
license:        GPL v2
description:    Intel(R) PRO/1000 Network Driver
author:         Intel Corporation, <linux.nics@intel.com>
alias:          pci:v00008086d00002E6Esv*sd*bc*sc*i*
depends:        
name:           e1000
parm:           debug:Debug level (0=none,...,16=all) (int)
`

test('a module is described by its own words', () => {
  expect(answer(moduleInfo('e1000'), printed(e1000))).toEqual({
    name: 'e1000',
    description: 'Intel(R) PRO/1000 Network Driver',
    filename: '/lib/modules/6.1.0-18-amd64/kernel/drivers/net/ethernet/intel/e1000/e1000.ko',
  })
})

test('the filtered description keeps the name that was asked for', () => {
  const text = 'description:        IEEE 802.11 subsystem\n'
  expect(answer(moduleInfo('mac80211'), printed(text))).toEqual({
    name: 'mac80211',
    description: 'IEEE 802.11 subsystem',
    filename: null,
  })
})

test('a driver built into the kernel has no file of its own', () => {
  const text = 'name:           virtio_net\nfilename:       (builtin)\n'
  expect(answer(moduleInfo('virtio_net'), printed(text))?.filename).toBe('(builtin)')
})

test('a module that does not exist is no answer', () => {
  const error = 'modinfo: ERROR: Module e1000 not found.\n'
  expect(answer(moduleInfo('e1000'), printed('', 1, error))).toBeNull()
})

test('any text is survived', () => expectQuestionSurvives(moduleInfo('e1000'), e1000))
