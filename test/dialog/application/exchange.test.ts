import { expect, test } from 'vitest'
import { ExchangeLog } from '../../../src/dialog/application/exchange.ts'

test('answers go to their questions in order, and the times of all are counted', () => {
  const log = new ExchangeLog()
  log.ask('a', 10, 1)
  log.ask('b', 20, 2)
  log.answer('A', 40, 3)
  log.answer('B', 120, 4)
  expect([log.asked, log.answered, log.sumNs, log.slowest?.asked]).toEqual([2, 2, 130, 'b'])
})

test('answers with a key go to their question in any order', () => {
  const log = new ExchangeLog()
  log.ask('a', 0, 1, '1')
  log.ask('b', 0, 2, '2')
  expect(log.waits('2')).toBe(true)
  expect(log.answer('B', 5, 3, '2').asked).toBe('b')
  expect(log.waits('2')).toBe(false)
  expect(log.kept.map(({ answered }) => answered)).toEqual([null, 'B'])
})

test('words without a question are a greeting, and count as no answer', () => {
  const log = new ExchangeLog()
  log.answer('220 hello', 5, 1)
  expect([log.kept[0]?.asked, log.asked, log.answered]).toEqual(['', 0, 0])
})

test('a hundred thousand questions cost the memory of a few, and are counted', () => {
  const log = new ExchangeLog()
  for (let turn = 0; turn < 100_000; turn++) log.ask('x'.repeat(1000), turn, turn)
  expect(log.asked).toBe(100_000)
  expect(log.kept).toHaveLength(64)
  expect(log.kept[0]?.asked.length).toBeLessThan(300)
})
