import { describe, expect, test } from 'vitest'
import type { Exchange } from '../../../src/diagnose/probes.ts'
import { data } from '../../../src/diagnose/rung/ftp.ts'
import type { DataAttempt, Told } from '../../../src/dialog/conversation.ts'
import type { Script } from '../scripted-probes.ts'
import { ask, only } from './ask.ts'

const GREETING = '220 (vsFTPd 3.0.3)\r\n'
const served: Told = {
  reception: 'served',
  code: 230,
  line: '230 Login successful.',
  meaning: null,
}
const attempt = (more: Partial<DataAttempt>): DataAttempt => ({
  mode: 'EPSV',
  place: { address: null, port: 40001 },
  reached: false,
  elsewhere: false,
  line: '229 Entering Extended Passive Mode (|||40001|)',
  ...more,
})

/** A server of which the data connections were tried so, after the usual greeting. */
function scene(told: Told | null, probes: Script = {}) {
  let visits = 0
  const exchange = (): string | Partial<Exchange> => {
    visits += 1
    return visits === 1 ? GREETING : { told }
  }
  return { target: 'ftp://10.77.2.2', probes: { exchange: { '10.77.2.2': exchange }, ...probes } }
}
const tried = (...attempts: readonly DataAttempt[]) => scene({ ...served, data: attempts })

describe('the data connection', () => {
  test('that stands passes', async () => {
    expect(await ask(data, tried(attempt({ reached: true })))).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('40001'),
    })
  })

  test('is not known where nobody is let in without a name', async () => {
    const told: Told = { ...served, reception: 'login', code: 530, line: '530 Login incorrect.' }
    expect(await ask(data, scene(told))).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'a login' },
    })
    expect(await ask(data, scene(null))).toMatchObject({ status: 'unknown' })
  })

  test('to a private address is the server’s fault, and it is told its own', async () => {
    const named = { mode: 'PASV', place: { address: '192.168.7.5', port: 40001 } } as const
    const ruling = await ask(
      data,
      tried(attempt(named), attempt({ ...named, reached: true, elsewhere: true })),
    )
    expect(only(ruling)).toMatchObject({
      cause: 'ftp.data-channel',
      side: 'server',
      weight: 'proven',
      blocks: true,
      because: expect.stringContaining('192.168.7.5'),
      remedies: [{ command: expect.stringContaining('pasv_address=') }],
    })
  })

  test('that is offered and silent is likely a closed range', async () => {
    expect(only(await ask(data, tried(attempt({}))))).toMatchObject({
      side: 'server',
      weight: 'likely',
    })
  })

  test('that is never offered is the server’s fault', async () => {
    const none = attempt({ place: null, line: '502 Command not implemented.' })
    expect(only(await ask(data, tried(none)))).toMatchObject({ side: 'server', weight: 'proven' })
  })

  test('is asked for of FTP alone, where the control connection is there', async () => {
    expect(await ask(data, { target: 'http://10.77.2.2' })).toMatchObject({ status: 'skip' })
    const dead = { target: 'ftp://10.77.2.2', probes: { connect: { '10.77.2.2': 'timeout' } } }
    expect(await ask(data, dead)).toMatchObject({ status: 'skip' })
  })
})
