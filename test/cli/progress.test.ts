import { expect, test } from 'vitest'
import { startProgress } from '../../src/cli/progress.ts'
import { surroundings } from './surroundings.ts'

test('on a terminal it is one line, rewritten and erased at the end', () => {
  const { err, written } = surroundings({ terminal: true })
  const progress = startProgress(err, 'climbing')
  progress.show('4 transport')
  progress.end()
  progress.show('too late')
  progress.end()
  expect(written.err).toBe('\r\u001b[Kclimbing\r\u001b[K4 transport\r\u001b[K')
})

test('elsewhere nothing is written', () => {
  const { err, written } = surroundings()
  const progress = startProgress(err, 'climbing')
  progress.show('4 transport')
  progress.end()
  expect(written.err).toBe('')
})

test('it never wraps and never passes on a control character', () => {
  const { err, written } = surroundings({ terminal: true })
  startProgress(err, `\u001b]0;x\u0007${'y'.repeat(200)}`)
  expect(written.err).toBe(`\r\u001b[K\\x1b]0;x\\x07${'y'.repeat(64)}...`)
})
