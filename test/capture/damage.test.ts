import { expect, test } from 'vitest'
import { DamageList } from '../../src/capture/damage.ts'

test('a hundred places are told, and all of them are counted', () => {
  const damage = new DamageList()
  for (let offset = 0; offset < 1000; offset++) damage.add(offset, 'bad')
  expect(damage.count).toBe(1000)
  expect(damage.told).toHaveLength(100)
  expect(damage.told[99]).toEqual({ offset: 99, reason: 'bad' })
})
