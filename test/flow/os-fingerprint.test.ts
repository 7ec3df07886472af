import { expect, test } from 'vitest'
import { FINGERPRINTS } from '../../src/flow/os-fingerprint.ts'

test('each fingerprint tells of options that a SYN can have, and its windows are of 16 bits', () => {
  for (const { opens, answers, window = [], shifts = [] } of FINGERPRINTS) {
    for (const layout of [...opens, ...answers])
      expect(layout).toMatch(/^(?:mss|nop|ws|sok|ts|eol)(?:,(?:mss|nop|ws|sok|ts|eol))*$/)
    for (const bytes of window) expect(bytes).toBeLessThanOrEqual(65535)
    // RFC 7323 §2.3
    for (const shift of shifts) expect(shift).toBeLessThanOrEqual(14)
  }
})
