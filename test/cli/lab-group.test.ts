import { expect, test } from 'vitest'
import { isGroup } from '../../src/cli/group.ts'
import { lab } from '../../src/cli/lab-group.ts'
import { INNER } from '../../src/lab/inner.ts'

test('every word of the lab loads a command that is called so', async () => {
  for (const [word, { load, summary }] of Object.entries(lab.commands)) {
    const command = await load()
    if (isGroup(command)) throw new Error(`${word} is a group`)
    expect(command.name).toBe(summary === null ? 'lab' : `lab ${word}`)
  }
})

test('the hidden words are those that the lab understands', () => {
  const hidden = Object.entries(lab.commands).filter(([, { summary }]) => summary === null)
  expect(hidden.map(([word]) => word).toSorted()).toEqual([...INNER, 'replay'].toSorted())
})
