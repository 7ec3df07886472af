import { expect, test } from 'vitest'
import { INNER, innerMain } from '../../src/lab/inner.ts'
import { keeping } from './around.ts'

test('what only our own processes call refuses to run on the machine itself', async () => {
  const around = { ...keeping([]), environment: {} }
  for (const word of INNER.filter((word) => word !== 'serve'))
    await expect(innerMain([word, 'healthy'], around)).rejects.toThrow(/only in a private world/)
})
