import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { ExchangePlan } from '../../../src/diagnose/probes.ts'
import {
  afterRest,
  type Conversation,
  insideTls,
  leave,
  say,
  type Told,
} from '../../../src/dialog/conversation.ts'
import { talkHttp } from '../../../src/dialog/talk/http.ts'
import { talkLine } from '../../../src/dialog/talk/line.ts'
import { probeExchange } from '../../../src/host/probe/exchange.ts'
import { closedPort, listen, type TestServer } from '../server.ts'

const plan = (more: Partial<ExchangePlan> = {}): ExchangePlan => ({
  talk: talkLine,
  command: 'nc',
  serverName: 'www.example.org',
  timeoutMs: 2000,
  patienceMs: 300,
  ...more,
})

const GET = 'GET /a?b HTTP/1.1\r\nHost: www.example.org\r\n\r\n'
const get = { talk: () => talkHttp(GET) }
const secured = { talk: () => insideTls(talkLine()) }

let server: TestServer | undefined
afterEach(() => server?.close())
const serve = async (handle: (socket: Socket) => void) => {
  server = await listen(handle)
  return server.to
}

describe('a server that', () => {
  test('speaks first is heard', async () => {
    const to = await serve((socket) => socket.write('220 mail ESMTP\r\n'))
    const result = await probeExchange(to, plan())
    expect(result).toMatchObject({
      connect: { outcome: 'connected' },
      tls: null,
      transcript: ['< 220 mail ESMTP'],
      ending: null,
      silent: false,
    })
    expect(Buffer.from(result.reply?.bytes ?? []).toString()).toBe('220 mail ESMTP\r\n')
    expect(result.reply).toMatchObject({ command: 'nc', lines: ['220 mail ESMTP'] })
    expect(result.told).toMatchObject({ reception: 'served', line: '220 mail ESMTP' })
    expect(result.reply?.firstByteMs).toBeLessThan(250)
  })

  test('is asked answers', async () => {
    const to = await serve((socket) =>
      socket.once('data', (data) => socket.write(`HTTP/1.1 200 ${data.length}\r\n\r\n`)),
    )
    const result = await probeExchange(to, plan(get))
    expect(result.transcript).toEqual([
      '> GET /a?b HTTP/1.1',
      '> Host: www.example.org',
      `< HTTP/1.1 200 ${GET.length}`,
    ])
    expect(result.told?.code).toBe(200)
  })

  test('accepts and says nothing is silent', async () => {
    const to = await serve(() => {})
    const result = await probeExchange(to, plan(get))
    expect(result).toMatchObject({ reply: null, silent: true, ending: null })
    expect(result.waitedMs).toBeGreaterThanOrEqual(295)
    expect(result.waitedMs).toBeLessThan(1000)
  })

  test('says half and stops is silent, and what it said is kept', async () => {
    const to = await serve((socket) => socket.write('half'))
    const result = await probeExchange(to, plan())
    expect(result).toMatchObject({ silent: true, reply: { lines: ['half'] } })
  })

  test('drips for ever is left in the end', async () => {
    const to = await serve((socket) => {
      const timer = setInterval(() => socket.write('.'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    const result = await probeExchange(to, plan({ timeoutMs: 500 }))
    expect(result.silent).toBe(true)
    expect(result.waitedMs).toBeLessThan(1500)
  })

  test('never stops talking is read up to 64 KiB', async () => {
    const to = await serve((socket) => {
      const pour = () => {
        while (socket.writable && socket.write('x'.repeat(10_000)));
      }
      socket.on('drain', pour)
      pour()
    })
    const result = await probeExchange(to, plan())
    expect(result.reply?.bytes.length).toBe(65536)
    expect(result.ending).toBeNull()
  })

  test('closes at once has ended with FIN', async () => {
    const to = await serve((socket) => socket.end())
    const result = await probeExchange(to, plan())
    expect(result).toMatchObject({ reply: null, silent: false, ending: { how: 'fin', bytes: 0 } })
  })

  test('closes after a word has ended with FIN and the word', async () => {
    const to = await serve((socket) => socket.end('bye'))
    const result = await probeExchange(to, plan())
    expect(result).toMatchObject({ reply: { lines: ['bye'] }, ending: { how: 'fin', bytes: 3 } })
  })

  test('resets has ended with a reset', async () => {
    const to = await serve((socket) => setTimeout(() => socket.resetAndDestroy(), 50))
    const result = await probeExchange(to, plan())
    expect(result).toMatchObject({
      connect: { outcome: 'connected' },
      ending: { how: 'reset', bytes: 0 },
    })
    expect(result.ending?.afterMs).toBeGreaterThan(20)
  })

  test('resets in the moment of the handshake was connected all the same', async () => {
    const to = await serve((socket) => socket.resetAndDestroy())
    const result = await probeExchange(to, plan())
    expect(result).toMatchObject({ connect: { outcome: 'connected' }, ending: { how: 'reset' } })
  })

  test('sends control characters does not get them to the terminal', async () => {
    const to = await serve((socket) => socket.write('\u001b[2J\u0007 hi\r\n'))
    const { reply, transcript } = await probeExchange(to, plan())
    expect(reply?.lines).toEqual(['\\x1b[2J\\x07 hi'])
    expect(transcript).toEqual(['< \\x1b[2J\\x07 hi'])
  })

  test('is not there refuses', async () => {
    const result = await probeExchange(await closedPort(), plan(secured))
    expect(result).toMatchObject({
      connect: { outcome: 'refused' },
      tls: null,
      reply: null,
      ending: null,
      transcript: [],
    })
  })
})

describe('instead of TLS, a server that', () => {
  test('speaks something else fails without an alert', async () => {
    const to = await serve((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
    const { tls, ending } = await probeExchange(to, plan(secured))
    expect(tls).toMatchObject({
      outcome: 'failed',
      error: 'ERR_SSL_WRONG_VERSION_NUMBER',
      alert: null,
      protocol: null,
      chain: [],
      command: `openssl s_client -connect 127.0.0.1:${to.port} -servername www.example.org </dev/null`,
    })
    expect(ending).toBeNull()
  })

  test('says nothing times out', async () => {
    const to = await serve(() => {})
    const { tls } = await probeExchange(to, plan({ ...secured, timeoutMs: 200 }))
    expect(tls).toMatchObject({ outcome: 'timeout', error: null })
    expect(tls?.tookMs).toBeGreaterThan(190)
  })

  test.each([
    ['closes', 'fin', (socket: Socket) => socket.once('data', () => socket.end())],
    ['closes at once', 'fin', (socket: Socket) => socket.end()],
    ['resets', 'reset', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
  ] as const)('%s is told so', async (_, how, handle) => {
    const result = await probeExchange(await serve(handle), plan(secured))
    expect(result).toMatchObject({
      tls: { outcome: 'closed', alert: null },
      ending: { how, bytes: 0 },
      reply: null,
    })
  })
})

describe('a conversation', () => {
  const told: Told = { reception: 'served', code: null, line: '', meaning: null }

  test('goes to and fro, and what one side says at a time is one turn', async () => {
    const to = await serve((socket) => {
      socket.write('one')
      socket.on('data', (data) => {
        if (`${data}` === 'a') socket.write('two')
        else setTimeout(() => socket.end('three'), 20)
      })
    })
    function* talk(): Conversation<Told | null> {
      yield { do: 'hear' }
      yield say('a')
      yield { do: 'hear' }
      yield say('b', 'a word of bytes')
      yield { do: 'hear' }
      return told
    }
    const result = await probeExchange(to, plan({ talk }))
    expect(result.transcript).toEqual(['< one', '> a', '< two', '> a word of bytes', '< three'])
    expect(result.told).toBe(told)
    expect(Buffer.from(result.reply?.bytes ?? []).toString()).toBe('onetwothree')
  })

  test('that takes leave is not ended by a reset, though words are still to come', async () => {
    const heard: string[] = []
    let ended = ''
    const to = await serve((socket) => {
      socket.write('hello\r\n')
      socket.on('data', (data) => {
        heard.push(`${data}`)
        socket.write('bye\r\n'.repeat(1000))
      })
      socket.on('end', () => {
        ended = 'fin'
        socket.end()
      })
      socket.on('error', () => {
        ended = 'reset'
      })
    })
    function* talk(): Conversation<Told | null> {
      yield { do: 'hear' }
      yield leave('QUIT\r\n')
      return told
    }
    const result = await probeExchange(to, plan({ talk }))
    expect(result).toMatchObject({ ending: null, transcript: ['< hello', '> QUIT'] })
    await expect.poll(() => ended).toBe('fin')
    expect(heard).toEqual(['QUIT\r\n'])
  })

  test('that never ends is broken off', async () => {
    const to = await serve(() => {})
    function* talk(): Conversation<Told | null> {
      for (;;) yield say('x')
    }
    expect((await probeExchange(to, plan({ talk }))).told).toBeNull()
  })

  test('may try another place while it is kept', async () => {
    const to = await serve((socket) => socket.write('here\r\n'))
    const places: unknown[] = []
    function* talk(): Conversation<Told | null> {
      yield { do: 'hear' }
      const own = yield { do: 'reach', place: { address: null, port: 1 } }
      const other = yield { do: 'reach', place: { address: '10.0.0.1', port: 2 } }
      const none = yield { do: 'reach', place: { address: 'nowhere', port: 3 } }
      return { ...told, line: [own, other, none].map((one) => one !== null).join() }
    }
    const reach = async (place: unknown) => {
      places.push(place)
      return places.length === 1
    }
    const result = await probeExchange(to, plan({ talk, reach }))
    expect(result.told?.line).toBe('true,false,false')
    expect(places).toEqual([
      { address: '127.0.0.1', family: 4, port: 1 },
      { address: '10.0.0.1', family: 4, port: 2 },
    ])
  })
})

describe('a rest', () => {
  const rested = { talk: () => afterRest(talkHttp(GET), 200), patienceMs: 300 }

  test("is held before the request, and its time is not the server's", async () => {
    const to = await serve((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
    )
    const result = await probeExchange(to, plan({ ...rested, timeoutMs: 100, patienceMs: 100 }))
    expect(result.told).toMatchObject({ code: 200 })
  })

  test('that the far end breaks off is an end, at its time', async () => {
    const to = await serve((socket) => setTimeout(() => socket.end(), 50))
    const result = await probeExchange(to, plan(rested))
    expect(result.ending).toMatchObject({ how: 'fin', bytes: 0 })
    expect(result.ending?.afterMs).toBeLessThan(190)
  })
})

test('where a dialog falls silent, the kernel tells how its connection stood', async () => {
  const to = await serve((socket) => socket.resume())
  const result = await probeExchange(to, plan({ ...get, patienceMs: 150 }))
  expect(result).toMatchObject({
    silent: true,
    standing: { unacknowledgedBytes: 0, waitsFor: null, retransmissions: 0 },
  })
})
