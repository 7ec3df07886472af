import { expect, test } from 'vitest'
import { isMute } from '../../src/diagnose/kernel-word.ts'

test('a kernel that says why it tells nothing is mute, one that tells of no drop is not', () => {
  expect(isMute({ hosts: [], because: 'no tracefs', needs: null })).toBe(true)
  expect(isMute({ hosts: [], drops: [], resets: [], lost: 0, command: '' })).toBe(false)
})
