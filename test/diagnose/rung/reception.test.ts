import { describe, expect, test } from 'vitest'
import { answer } from '../../../src/diagnose/rung/application.ts'
import { ask } from './ask.ts'

const says = (text: string, target: string) =>
  ask(answer, { target, probes: { exchange: { '10.77.2.2': text } } })

describe('what a service says when it does not serve', () => {
  test.for([
    ['smtp://10.77.2.2', '554 5.7.1 no service here\r\n', 'smtp.refused'],
    ['submission://10.77.2.2', '550 5.7.25 no reverse name\r\n', 'smtp.refused'],
    ['smtp://10.77.2.2', '421 4.7.0 too many connections\r\n', 'service.rate-limited'],
    ['ftp://10.77.2.2', '421 too many users\r\n', 'service.rate-limited'],
    ['ftp://10.77.2.2', '530 not you\r\n', 'session.login-refused'],
    ['ssh://10.77.2.2', 'Not allowed at this time\r\n', 'service.rate-limited'],
    ['imap://10.77.2.2', '* BYE no\r\n', 'service.denied'],
  ] as const)('%s %j: %s', async ([target, text, cause]) => {
    const { status, accuses = [] } = await says(text, target)
    expect(status).toBe('fail')
    expect(accuses).toMatchObject([{ cause, side: 'server', weight: 'proven' }])
  })

  test('is told with what its code means', async () => {
    const { summary } = await says('554 5.7.1 go away\r\n', 'smtp://10.77.2.2')
    expect(summary).toBe('the server answers 554 5.7.1 go away: not permitted by policy')
  })
})

test('a greeting that is as it should be is shown', async () => {
  expect(await says('220 (vsFTPd 3.0.3)\r\n', 'ftp://10.77.2.2')).toMatchObject({
    status: 'pass',
    summary: '220 (vsFTPd 3.0.3)',
  })
})
