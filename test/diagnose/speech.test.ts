import { expect, test } from 'vitest'
import { greets, isOpportunistic, speechOf } from '../../src/diagnose/speech.ts'
import { play } from '../dialog/playbook.ts'
import { target } from './scene.ts'

const manner = { userAgent: 'rungs/0.1.0 (token)', token: 'token', timeoutMs: 1000 }

test('mail from its author goes in TLS that must hold, mail between servers does not', () => {
  expect(isOpportunistic(target('smtp://h'))).toBe(true)
  expect(isOpportunistic(target('smtp://h:587'))).toBe(false)
  for (const url of ['submission://h', 'smtps://h', 'https://h'])
    expect(isOpportunistic(target(url)), url).toBe(false)
})

test('the token is said where the log of a service shows it', () => {
  const errand = target('smtp://h')
  const talk = speechOf('smtp').talk(errand, manner)
  const { said } = play(talk, ['220 mail ESMTP\r\n', '250 mail\r\n'])
  expect(said[0]).toBe('EHLO token.rungs.invalid\r\n')
})

test('who greets is waited for longer than who is asked', () => {
  expect(greets('smtps')).toBe(true)
  expect(greets('https')).toBe(false)
  expect(speechOf('pop3').patienceMs).toBeGreaterThan(speechOf('http').patienceMs)
})
