import { expect, test } from 'vitest'
import { MARK } from '../../../src/flow/mark.ts'
import { describeMarks, MARKS, markNames } from '../../../src/report/read/mark-name.ts'

test('every mark has one name, spelled as its key is', () => {
  const kebab = Object.keys(MARK).map((key) =>
    key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  )
  expect(MARKS.map(({ name }) => name)).toEqual(kebab)
  expect(MARKS.map(({ bit }) => bit)).toEqual(Object.values(MARK))
})

test('a sum of marks has the names of each', () => {
  expect(markNames(0)).toEqual([])
  expect(markNames(MARK.retransmission | MARK.fastRetransmission)).toEqual([
    'retransmission',
    'fast-retransmission',
  ])
  expect(describeMarks(MARK.outOfOrder)).toEqual(['out of order'])
})
