import { expect, test } from 'vitest'
import { isGroup } from '../../src/cli/group.ts'
import { ROOT } from '../../src/cli/root.ts'

test('every word loads the command that it names', async () => {
  for (const [word, entry] of Object.entries(ROOT.commands)) {
    const found = await entry.load()
    expect(found.name).toBe(word)
    expect(isGroup(found)).toBe(word === 'lab')
  }
})
