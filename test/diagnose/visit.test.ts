import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Exchange, ExchangePlan, TlsSession } from '../../src/diagnose/probes.ts'
import {
  CONNECT_TIMEOUT_MS,
  holds,
  type Stage,
  type Visit,
  visit,
} from '../../src/diagnose/visit.ts'
import { play } from '../dialog/playbook.ts'
import { inFakeTime, target } from './scene.ts'
import { bytes, type Script, scriptedProbes } from './scripted-probes.ts'

/** Visits 10.77.2.2 for a target, with a limit far away. */
const visitFor = (url: string, script: Script, timeoutMs = 20_000): Promise<Visit> => {
  const errand = target(url)
  const endpoint = { address: '10.77.2.2', family: 4, port: errand.port } as const
  return inFakeTime(() =>
    visit(errand, endpoint, scriptedProbes(script), {
      userAgent: 'rungs/0.0.0',
      token: 'token',
      timeoutMs,
    }),
  )
}

const says = (told: string | Partial<Exchange>): Script => ({ exchange: { '10.77.2.2': told } })
const tls = (session: Partial<TlsSession>): Script => ({ tls: { '10.77.2.2': session } })

/** What is planned to be said and heard. */
async function planFor(url: string, timeoutMs?: number): Promise<ExchangePlan> {
  const plans: ExchangePlan[] = []
  const listen = (plan: ExchangePlan): string => {
    plans.push(plan)
    return 'x'
  }
  await visitFor(url, { exchange: { '10.77.2.2': listen } }, timeoutMs)
  const [plan] = plans
  if (!plan) throw new Error('nothing was planned')
  return plan
}

const PAGE = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n'
const status = (line: string): string => `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`
const fin = { how: 'fin', afterMs: 3, bytes: 0 } as const
const closed = says({ reply: null, ending: fin, silent: false, waitedMs: 3 })

describe('how far a visit comes', () => {
  test.for<readonly [string, string, Script, Stage]>([
    ['a page', 'http://h', says(PAGE), 'answered'],
    ['a page over TLS', 'https://h', says(PAGE), 'answered'],
    ['a redirect', 'http://h', says(status('301 Moved Permanently')), 'answered'],
    ['a page that is not there', 'http://h', says(status('404 Not Found')), 'refusal'],
    ['a page that is forbidden', 'https://h', says(status('403 Forbidden')), 'refusal'],
    ['a broken application', 'http://h', says(status('500 Internal Server Error')), 'failure'],
    ['a dead backend', 'https://h', says(status('502 Bad Gateway')), 'failure'],
    [
      'a greeting of SSH',
      'ssh://h',
      says('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'),
      'answered',
    ],
    ['a greeting of SMTP', 'smtp://h', says('220 mail ESMTP Postfix\r\n'), 'answered'],
    [
      'a mail server that is busy',
      'smtp://h',
      says('421 4.3.2 Service not available\r\n'),
      'failure',
    ],
    [
      'a mail server that refuses',
      'smtp://h',
      says('554 5.7.1 No SMTP service here\r\n'),
      'failure',
    ],
    ['a greeting of FTP', 'ftp://h', says('220 (vsFTPd 3.0.3)\r\n'), 'answered'],
    ['an FTP server that is full', 'ftp://h', says('421 Too many users.\r\n'), 'failure'],
    ['SSH where a page was expected', 'http://h', says('SSH-2.0-OpenSSH_9.2p1\r\n'), 'protocol'],
    ['a page where SSH was expected', 'ssh://h', says(PAGE), 'protocol'],
    ['FTP where mail was expected', 'smtp://h', says('220 (vsFTPd 3.0.3)\r\n'), 'protocol'],
    ['mail where FTP was expected', 'ftp://h', says('220 m ESMTP Postfix\r\n'), 'protocol'],
    ['noise where a page was expected', 'http://h', says('\u0000\u0001\u0002'), 'protocol'],
    ['any greeting of a plain port', 'tcp://h:99', says('hello\r\n'), 'answered'],
    ['a plain port that waits to be spoken to', 'tcp://h:99', says(''), 'answered'],
    ['a plain port that closes at once', 'tcp://h:99', closed, 'closed'],
    ['a server that closes without a byte', 'ssh://h', closed, 'closed'],
    [
      'a server that resets without a byte',
      'http://h',
      says({ reply: null, ending: { ...fin, how: 'reset' }, silent: false }),
      'closed',
    ],
    ['a server that says nothing', 'ssh://h', says(''), 'silent'],
    ['a web server that says nothing', 'http://h', says(''), 'silent'],
    ['a refused port', 'http://h', { connect: { '10.77.2.2': 'ECONNREFUSED' } }, 'connect'],
    ['a silent port', 'tcp://h:99', { connect: { '10.77.2.2': 'timeout' } }, 'connect'],
    ['no route', 'ssh://h', { connect: { '10.77.2.2': 'ENETUNREACH' } }, 'connect'],
  ])('%s: %s', async ([, url, script, stage]) => {
    expect((await visitFor(url, script)).stage).toBe(stage)
  })

  const failed = { outcome: 'failed', chain: [], trusted: false } as const

  test.for<readonly [string, Partial<TlsSession>, Stage]>([
    ['an expired certificate', { trusted: false, distrust: 'CERT_HAS_EXPIRED' }, 'tls'],
    [
      'a name that does not fit',
      { trusted: false, distrust: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'tls',
    ],
    ['an alert', { ...failed, alert: { code: 70, name: 'protocol_version' } }, 'tls'],
    ['no TLS at all', { ...failed, error: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls'],
    ['a close instead of a handshake', { ...failed, outcome: 'closed' }, 'closed'],
    [
      'a close after an alert',
      { ...failed, outcome: 'closed', alert: { code: 40, name: 'handshake_failure' } },
      'tls',
    ],
    ['a handshake that never ends', { ...failed, outcome: 'timeout' }, 'silent'],
  ])('%s ends a visit over TLS', async ([, session, stage]) => {
    expect((await visitFor('https://h', tls(session))).stage).toBe(stage)
  })

  test('a page under a certificate that does not hold is not the expected answer', async () => {
    const spoilt = { ...tls({ trusted: false, distrust: 'CERT_HAS_EXPIRED' }), ...says(PAGE) }
    expect(await visitFor('https://h', spoilt)).toMatchObject({ stage: 'tls', code: 200 })
  })
})

describe('what a visit keeps', () => {
  test('is the status and the head of a page', async () => {
    const found = await visitFor('http://h', says(status('503 Service Unavailable')))
    expect(found).toMatchObject({ code: 503, head: { reason: 'Service Unavailable' } })
  })

  test('is the code of a greeting, and who greets', async () => {
    expect(await visitFor('smtp://h', says('220-a\r\n220 m ESMTP Postfix\r\n'))).toMatchObject({
      code: 220,
      head: null,
      identity: { service: 'smtp', product: 'Postfix' },
    })
  })

  test('is no code of a number that SSH or an unknown service begins with', async () => {
    expect((await visitFor('tcp://h:99', says('500 lines\r\n'))).code).toBeNull()
    expect((await visitFor('ssh://h', says('SSH-2.0-x\r\n'))).code).toBeNull()
  })
})

describe('only an answer of the expected service holds', () => {
  test.for<readonly [Stage, boolean]>([
    ['answered', true],
    ['refusal', true],
    ['failure', false],
    ['protocol', false],
    ['tls', false],
    ['closed', false],
    ['silent', false],
    ['connect', false],
  ])('%s: %s', async ([stage, held]) => {
    expect(holds({ ...(await visitFor('http://h', {})), stage })).toBe(held)
  })
})

describe('what is said', () => {
  test.for([
    ['http://www.lab.example/a?b=c', 'GET /a?b=c HTTP/1.1', 'Host: www.lab.example'],
    ['http://www.lab.example:8080', 'GET / HTTP/1.1', 'Host: www.lab.example:8080'],
    ['http://www.lab.example:443', 'GET / HTTP/1.1', 'Host: www.lab.example:443'],
    ['https://www.lab.example:443', 'GET / HTTP/1.1', 'Host: www.lab.example'],
    ['https://[fd77:2::2]:8443/', 'GET / HTTP/1.1', 'Host: [fd77:2::2]:8443'],
  ] as const)('%s asks as a browser does', async ([url, line, host]) => {
    const { said, acts } = play((await planFor(url)).talk(), [])
    const lines = said[0]?.split('\r\n') ?? []
    expect(lines[0]).toBe(line)
    expect(lines).toContain(host)
    expect(lines).toContain('User-Agent: rungs/0.0.0')
    expect(said[0]?.endsWith('\r\n\r\n')).toBe(true)
    expect(acts[0]?.do === 'secure').toBe(url.startsWith('https'))
  })

  test('is nothing to a service that greets, but for SSH, where both sides do', async () => {
    const first = async (url: string) => play((await planFor(url)).talk(), []).said
    for (const url of ['smtp://h', 'ftp://h', 'imap://h', 'pop3://h', 'tcp://h:99'])
      expect(await first(url), url).toEqual([])
    expect(await first('ssh://h')).toEqual(['SSH-2.0-rungs_0.0.0\r\n'])
  })

  test('begins with TLS where the scheme is of that kind', async () => {
    for (const url of ['https://h', 'smtps://h', 'imaps://h', 'pop3s://h'])
      expect(play((await planFor(url)).talk(), []).acts[0]?.do, url).toBe('secure')
  })

  test('takes no more time than there is', async () => {
    expect(await planFor('http://h')).toMatchObject({
      timeoutMs: CONNECT_TIMEOUT_MS,
      patienceMs: 8000,
    })
    expect((await planFor('ssh://h')).patienceMs).toBe(15_000)
    expect(await planFor('http://h', 1000)).toMatchObject({ timeoutMs: 1000, patienceMs: 1000 })
    expect((await planFor('tcp://h:99')).patienceMs).toBeLessThan(500)
  })
})

describe('what a person would type for it', () => {
  test.for([
    [
      'http://www.lab.example:8080/a?b',
      "curl -v --resolve www.lab.example:8080:10.77.2.2 'http://www.lab.example:8080/a?b'",
    ],
    [
      'https://www.lab.example/',
      'curl -v --resolve www.lab.example:443:10.77.2.2 https://www.lab.example/',
    ],
    ['http://10.77.2.2/', 'curl -v http://10.77.2.2/'],
    ['ssh://h', 'nc 10.77.2.2 22'],
    ['smtps://h', 'openssl s_client -quiet -connect 10.77.2.2:465 -servername h'],
  ] as const)('%s: %s', async ([url, command]) => {
    expect((await planFor(url)).command).toBe(command)
  })
})

test('no bytes of a server make a visit throw', async () => {
  const scheme = fc.constantFrom(
    'http://h',
    'https://h',
    'ssh://h',
    'smtp://h',
    'ftp://h',
    'tcp://h:9',
  )
  const opening = fc.constantFrom('', 'HTTP/1.1 ', 'SSH-', '220-', '220 ', '5', '\u0016\u0003')
  const answer = fc.tuple(opening, fc.string({ unit: 'binary', maxLength: 40 }))
  await fc.assert(
    fc.asyncProperty(scheme, answer, fc.boolean(), async (url, [start, rest], ends) => {
      const heard = Uint8Array.from([...bytes(start), ...new TextEncoder().encode(rest)])
      const reply = { command: 'nc', lines: [], firstByteMs: 1, bytes: heard }
      const ending = ends ? { ...fin, bytes: heard.length } : null
      const found = await visitFor(url, says({ reply, ending, silent: false, waitedMs: 1 }))
      expect(found.stage).toMatch(/^(answered|refusal|failure|protocol|closed|silent)$/)
    }),
    { numRuns: 60 },
  )
})
