import { expect, test } from 'vitest'
import { LiveTable } from '../../src/cli/live-table.ts'
import { surroundings } from './surroundings.ts'

test('the screen is taken once, drawn over, and given back', () => {
  const { out, written } = surroundings({ terminal: true })
  const live = new LiveTable(out)
  live.draw('one\ntwo\n')
  live.draw('three\n')
  live.end()
  live.end()
  expect(written.out).toBe(
    [
      '\u001b[?1049h\u001b[?25l',
      '\u001b[Hone\u001b[K\ntwo\u001b[K\n\u001b[J',
      '\u001b[Hthree\u001b[K\n\u001b[J',
      '\u001b[?25h\u001b[?1049l',
    ].join(''),
  )
})

test('a screen that was never drawn on is left alone', () => {
  const { out, written } = surroundings({ terminal: true })
  new LiveTable(out).end()
  expect(written.out).toBe('')
})
