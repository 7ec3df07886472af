import { expect, test } from 'vitest'
import { Interrupted } from '../../src/cli/command.ts'
import { pause, watch } from '../../src/cli/watch.ts'

test('what takes too long is given up', async () => {
  const { over } = watch(1, new AbortController().signal)
  expect(await over).toBe('overdue')
})

test.for(['before', 'while'])(
  'the wish to stop that came %s it waits ends it at once',
  async (when) => {
    const controller = new AbortController()
    if (when === 'before') controller.abort()
    const waiting = pause(60_000, controller.signal)
    controller.abort()
    await expect(waiting).rejects.toThrow(Interrupted)
  },
)

test('a pause ends by itself', async () => {
  await expect(pause(1, new AbortController().signal)).resolves.toBeUndefined()
})
