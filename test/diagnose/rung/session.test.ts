import { describe, expect, test } from 'vitest'
import type { Exchange } from '../../../src/diagnose/probes.ts'
import { kept, service, sockets } from '../../../src/diagnose/rung/session.ts'
import { bytes } from '../scripted-probes.ts'
import { ask, only, SILENCE } from './ask.ts'

const says = (told: string | Partial<Exchange>, target = 'http://10.77.2.2') => ({
  target,
  probes: { exchange: { '10.77.2.2': told } },
})
const causes = (ruling: Awaited<ReturnType<typeof ask>>) =>
  (ruling.accuses ?? []).map(({ cause }) => cause)

describe('the service', () => {
  test('that was expected passes, with product and version', async () => {
    const ruling = await ask(service, says('HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n'))
    expect(ruling).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('nginx 1.22.1'),
    })
  })

  test('that answers in place of the expected one is another protocol, perhaps redirected', async () => {
    const ruling = await ask(service, says('SSH-2.0-OpenSSH_9.2p1\r\n'))
    expect(ruling.status).toBe('fail')
    expect(causes(ruling)).toEqual([
      'service.wrong-protocol',
      'firewall.redirect',
      'nat.wrong-target',
    ])
    expect(ruling.accuses?.[0]).toMatchObject({ side: 'server', weight: 'likely' })
  })

  test('that greets only after seconds is slow, and answers all the same', async () => {
    const reply = {
      command: 'nc',
      lines: [],
      firstByteMs: 5000,
      bytes: new TextEncoder().encode('220 mail ESMTP\r\n'),
    }
    const ruling = await ask(service, says({ reply }, 'smtp://10.77.2.2'))
    expect(ruling.status).toBe('warn')
    expect(only(ruling)).toMatchObject({
      cause: 'service.slow-greeting',
      side: 'server',
      partial: true,
    })
  })

  test('is not asked without a connection', async () => {
    expect((await ask(service, { probes: SILENCE })).status).toBe('skip')
  })
})

describe('the connection', () => {
  test('that takes the TLS hello and answers nothing is silent for as long as was waited', async () => {
    const tls = { outcome: 'timeout', tookMs: 4012 } as const
    const ruling = await ask(kept, {
      target: 'https://10.77.2.2',
      probes: { tls: { '10.77.2.2': tls } },
    })
    expect(ruling.summary).toBe(
      '10.77.2.2 port 443 accepts, and does not answer the TLS hello for 4.0 s',
    )
  })

  test('that is kept passes', async () => {
    expect((await ask(kept)).status).toBe('pass')
  })

  test.for([
    ['fin', 'proven'],
    ['reset', 'likely'],
  ] as const)(
    'that is ended by %s without a byte was accepted, then closed: %s',
    async ([how, weight]) => {
      const ending = { how, afterMs: 12, bytes: 0 }
      const ruling = await ask(kept, says({ reply: null, silent: false, ending }))
      expect(only(ruling)).toMatchObject({
        cause: 'session.accepted-then-closed',
        side: 'server',
        weight,
      })
    },
  )

  test('that breaks off in the middle of the dialog is told with its last word', async () => {
    const mail = { target: 'smtp://10.77.2.2' }
    const reply = {
      command: 'nc',
      lines: [],
      firstByteMs: 1,
      bytes: bytes('220 mail ESMTP\r\n'),
    }
    const transcript = ['< 220 mail ESMTP', '> EHLO x']
    const begun = { reply, transcript, told: null }
    const ending = { how: 'fin', afterMs: 12, bytes: 16 } as const
    const closed = await ask(kept, { ...says({ ...begun, silent: false, ending }), ...mail })
    expect(only(closed)).toMatchObject({
      cause: 'session.accepted-then-closed',
      weight: 'likely',
      because: expect.stringContaining('after "EHLO x"'),
    })
    const silent = await ask(kept, { ...says({ ...begun, silent: true }), ...mail })
    expect(silent.summary).toContain('nothing more after "EHLO x"')
    expect(causes(silent)).toContain('mtu.black-hole')
    expect(causes(silent)).not.toContain('service.slow-greeting')
  })

  test('on which nothing comes has several possible reasons and no proof', async () => {
    const ruling = await ask(kept, says(''))
    expect(ruling.status).toBe('fail')
    expect(causes(ruling)).toContain('tcp.frozen')
    expect(causes(ruling)).toContain('mtu.black-hole')
    expect(ruling.accuses?.every(({ weight }) => weight === 'possible')).toBe(true)
  })
})

test('a mail server that nobody greets at, but the web is served, is another service', async () => {
  const page = 'HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\n\r\n'
  const ruling = await ask(kept, {
    target: 'smtp://10.77.2.2',
    probes: {
      exchange: { '10.77.2.2': (_, { request }) => (request.startsWith('GET ') ? page : '') },
    },
  })
  expect(ruling.accuses?.[0]).toMatchObject({
    cause: 'service.wrong-protocol',
    side: 'server',
    weight: 'proven',
  })
})

describe('the sockets', () => {
  test('of a connection that waits are told', async () => {
    const waiting = 'SYN-SENT 0 1 10.77.1.2:40000 10.77.2.2:80\n'
    const { told } = await import('./ask.ts')
    const client = { ...told('client'), 'ss -H -tan': waiting }
    const ruling = await ask(sockets, { client, probes: SILENCE })
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('SYN-SENT') })
  })
})
