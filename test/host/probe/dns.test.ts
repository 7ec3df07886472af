import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DnsQuery } from '../../../src/diagnose/probes.ts'
import { probeDns } from '../../../src/host/probe/dns.ts'
import { viewOf } from '../../../src/wire/bytes.ts'
import { type DnsMessage, readDns, writeDns } from '../../../src/wire/dns.ts'
import { closedPort, listen } from '../server.ts'

const query = (port: number, more: Partial<DnsQuery> = {}): DnsQuery => ({
  server: '127.0.0.1',
  port,
  name: 'www.example.org',
  type: 'A',
  timeoutMs: 2000,
  ...more,
})

describe('dnsmasq', () => {
  let dnsmasq: ChildProcess
  let port: number
  beforeAll(async () => {
    port = (await closedPort()).port
    const long = Array.from(
      { length: 8 },
      (_, at) => `--txt-record=big.example.org,${at}${'x'.repeat(240)}`,
    )
    dnsmasq = spawn(
      'dnsmasq',
      [
        ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'],
        ...[`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces', '--user=root'],
        '--pid-file=',
        '--local=/example.org/',
        '--host-record=www.example.org,192.0.2.7,2001:db8::7',
        '--mx-host=example.org,mail.example.org,10',
        ...long,
      ],
      { stdio: 'ignore' },
    )
    await vi.waitFor(
      async () =>
        expect(await probeDns(query(port, { timeoutMs: 100 }))).toMatchObject({
          outcome: 'answer',
        }),
      { timeout: 4000 },
    )
  })
  afterAll(() => {
    dnsmasq.kill('SIGKILL')
  })

  test.each([
    ['www.example.org', 'A'],
    ['www.example.org', 'AAAA'],
    ['WWW.Example.org.', 'A'],
    ['example.org', 'MX'],
  ])('%s %s is answered as dig has it', async (name, type) => {
    const reply = await probeDns(query(port, { name, type }))
    expect(reply).toMatchObject({ outcome: 'answer', transport: 'udp', errno: null })
    const dig = execFileSync(
      'dig',
      ['@127.0.0.1', '-p', String(port), name, type, '+noall', '+answer', '+nosplit'],
      { encoding: 'utf8' },
    )
    const expected = dig
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' '))
    expect(reply.lines.slice(1)).toEqual(expected)
  })

  test('a name that is not there is an answer, too', async () => {
    const reply = await probeDns(query(port, { name: 'none.example.org' }))
    expect(reply.outcome).toBe('answer')
    expect(reply.message?.rcode).toBe(3)
    expect(reply.lines[0]).toContain('NXDOMAIN')
  })

  test('what does not fit is asked again over TCP', async () => {
    const reply = await probeDns(query(port, { name: 'big.example.org', type: 'TXT' }))
    expect(reply).toMatchObject({ outcome: 'answer', transport: 'tcp' })
    expect(reply.message?.answers.length).toBe(8)
    expect(reply.message?.tc).toBe(false)
  })

  test('TCP is used from the start where it is asked for', async () => {
    const reply = await probeDns(query(port, { tcp: true, checkingDisabled: true }))
    expect(reply).toMatchObject({ outcome: 'answer', transport: 'tcp' })
    expect(reply.command).toBe(`dig @127.0.0.1 -p ${port} www.example.org A +tcp +cd`)
  })
})

describe('a server that', () => {
  let socket: Socket | undefined
  const answer = async (respond: (asked: DnsMessage, count: number) => (Uint8Array | null)[]) => {
    const server = createSocket('udp4')
    socket = server
    let count = 0
    server.on('message', (datagram, from) => {
      const asked = readDns(viewOf(datagram), 0, datagram.length) as DnsMessage
      for (const bytes of respond(asked, count++))
        if (bytes) server.send(bytes, from.port, from.address)
    })
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
    return server.address().port
  }
  afterEach(() => {
    socket?.close()
    socket = undefined
  })

  const nxdomain = (asked: DnsMessage): DnsMessage => ({ ...asked, qr: true, rcode: 3 })

  test('is not there refuses', async () => {
    const { port } = await closedPort()
    const reply = await probeDns(query(port))
    expect(reply).toMatchObject({ outcome: 'refused', errno: 'ECONNREFUSED', message: null })
    const tcp = await probeDns(query(port, { tcp: true }))
    expect(tcp).toMatchObject({ outcome: 'refused', errno: 'ECONNREFUSED', transport: 'tcp' })
  })

  test('never answers is given up, after a second try', async () => {
    let asked = 0
    const port = await answer((_, count) => {
      asked = count + 1
      return [null]
    })
    const reply = await probeDns(query(port, { timeoutMs: 200 }))
    expect(reply).toMatchObject({ outcome: 'timeout', errno: null, message: null })
    expect(reply.tookMs).toBeGreaterThanOrEqual(195)
    expect(asked).toBe(2)
  })

  test('answers the second time is an answer', async () => {
    const port = await answer((asked, count) => [count === 1 ? writeDns(nxdomain(asked)) : null])
    expect(await probeDns(query(port, { timeoutMs: 400 }))).toMatchObject({ outcome: 'answer' })
  })

  test('answers another question or id first is not believed', async () => {
    const port = await answer((asked) => [
      writeDns({ ...nxdomain(asked), id: asked.id ^ 1 }),
      writeDns({ ...nxdomain(asked), questions: [{ name: 'evil.example', type: 1, class: 1 }] }),
      writeDns({ ...nxdomain(asked), qr: false }),
      writeDns({ ...nxdomain(asked), rcode: 2 }),
    ])
    const reply = await probeDns(query(port))
    expect(reply.message?.rcode).toBe(2)
  })

  test('refuses without repeating the question is heard', async () => {
    const port = await answer((asked) => [
      writeDns({ ...nxdomain(asked), rcode: 5, questions: [] }),
    ])
    expect((await probeDns(query(port))).message?.rcode).toBe(5)
  })

  test('sends garbage is malformed, unless the answer follows', async () => {
    const port = await answer(() => [Uint8Array.of(1, 2, 3)])
    expect(await probeDns(query(port, { timeoutMs: 150 }))).toMatchObject({ outcome: 'malformed' })
    socket?.close()
    const other = await answer((asked) => [Uint8Array.of(0), writeDns(nxdomain(asked))])
    expect(await probeDns(query(other))).toMatchObject({ outcome: 'answer' })
  })

  test.each([
    ['closes', (end: () => void) => end(), 'unreachable'],
    [
      'says half of it',
      (end: () => void, write: (bytes: Uint8Array) => void) => {
        write(Uint8Array.of(0, 99, 1, 2))
        end()
      },
      'malformed',
    ],
    [
      'says another thing',
      (_: () => void, write: (bytes: Uint8Array) => void) => {
        write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(2000)))
      },
      'malformed',
    ],
  ] as const)('%s over TCP', async (_, serve, outcome) => {
    const server = await listen((socket) => {
      serve(
        () => socket.end(),
        (bytes) => socket.write(bytes),
      )
    })
    const reply = await probeDns(query(server.to.port, { tcp: true, timeoutMs: 500 }))
    expect(reply.outcome).toBe(outcome)
    server.close()
  })
})

test.each([
  [{ name: 'a..b' }],
  [{ name: 'x'.repeat(64) }],
  [{ type: 'NONSENSE' }],
  [{ server: 'not an address' }],
])('what cannot be asked is said: %j', async (more) => {
  const reply = await probeDns(query(53, { ...more, timeoutMs: 300 }))
  expect(['malformed', 'unreachable']).toContain(reply.outcome)
  expect(reply.lines.length).toBe(1)
})

describe('a server that does not know EDNS', () => {
  /** Answers what has no OPT record with one address; what has one gets `rcode`, or nothing. */
  async function bare(rcode: number | null): Promise<{ port: number; socket: Socket }> {
    const socket = createSocket('udp4')
    socket.on('message', (bytes, from) => {
      const asked = readDns(viewOf(bytes), 0, bytes.length) as DnsMessage
      if (asked.edns && rcode === null) return
      const data = { kind: 'A', address: '192.0.2.7' } as const
      const record = { name: 'www.example.org', type: 1, class: 1, ttlSeconds: 9, data }
      const answers = asked.edns ? [] : [record]
      const reply = {
        ...asked,
        qr: true,
        edns: null,
        answers,
        rcode: asked.edns ? (rcode ?? 0) : 0,
      }
      socket.send(writeDns(reply), from.port, from.address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return { port: socket.address().port, socket }
  }

  test.for([
    [1, 'error'],
    [null, 'silence'],
  ] as const)('(%s) is asked without it, and that is told', async ([rcode, withoutEdns]) => {
    const { port, socket } = await bare(rcode)
    const reply = await probeDns(query(port, { timeoutMs: 1000 }))
    socket.close()
    expect(reply).toMatchObject({ outcome: 'answer', withoutEdns })
    expect(reply.message?.answers).toHaveLength(1)
    expect(reply.lines[0]).toBe('it answers only without EDNS')
  })
})
