import { expect, test } from 'vitest'
import { End } from '../../src/flow/end.ts'

test('an address is given as it was set', () => {
  const end = new End()
  const six = Uint8Array.from([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 1])
  end.address = six
  expect(end.address).toEqual(six)
  end.address = Uint8Array.of(192, 0, 2, 255)
  expect(end.address).toEqual(Uint8Array.of(192, 0, 2, 255))
})

test('the options of a SYN keep their order', () => {
  const end = new End()
  // mss 1460, sackOK, TS val 1 ecr 0, nop, wscale 10: what Linux sends.
  const options = Uint8Array.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 10)
  end.keepSynOptions(new DataView(options.buffer), 0, options.length)
  expect(end.synOptions).toEqual([2, 4, 8, 1, 3])
})

test('an option that says it has no length does not hold up the others', () => {
  const end = new End()
  const options = Uint8Array.of(8, 0, 2, 4, 5, 180, 0, 0)
  end.keepSynOptions(new DataView(options.buffer), 0, options.length)
  expect(end.synOptions).toEqual([8, 2, 0])
})

test('what was forgotten is not seen any more', () => {
  const end = new End()
  end.synFrame = 5
  end.packets = 5
  end.missedBytes = 5
  end.sackPermitted = true
  end.reset()
  expect([end.synFrame, end.packets, end.missedBytes, end.sackPermitted]).toEqual([-1, 0, 0, false])
})
