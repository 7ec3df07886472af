import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CAUSE_CODES } from '../../src/diagnose/cause.ts'
import type { Diagnosis, Finding } from '../../src/diagnose/diagnosis.ts'
import type { Host } from '../../src/diagnose/host.ts'
import { LADDER } from '../../src/diagnose/ladder.ts'
import { diagnose, type Outputs, recorded, type Scene, scriptedHost } from './scene.ts'
import type { Script } from './scripted-probes.ts'

const zone = { 'www.lab.example': ['10.77.2.2', 'fd77:2::2'] }
const client = recorded('healthy-client')
const server = recorded('healthy-server')
const healthy: Scene = { target: 'http://www.lab.example', client, server, probes: { zone } }

const scene = (name: string, target: string, probes: Scene['probes']): Scene => ({
  target,
  client: recorded(`${name}-client`),
  server: { ...server, ...recorded(`${name}-server`) },
  ...(probes && { probes }),
})
const refused = scene('refused', 'tcp://10.77.2.2:8080', {
  connect: { '10.77.2.2 8080': 'ECONNREFUSED' },
})
const dropped = scene('dropped', 'http://10.77.2.2', { connect: { '10.77.2.2 80': 'timeout' } })
const silent = { connect: { '10.77.2.2': 'timeout' }, ping: { '10.77.2.2': { received: 0 } } }
const noWayBack = scene('no-way-back', 'http://10.77.2.2', silent)
const replyLost = scene('reply-lost', 'http://10.77.2.2', {
  connect: { '10.77.2.2 80': 'timeout' },
})

const find = ({ findings }: Diagnosis, id: string, host = 'client'): Finding => {
  const found = findings.find((one) => one.id === id && one.host === host)
  if (!found) throw new Error(`no finding ${id} of ${host}`)
  return found
}
const failures = ({ findings }: Diagnosis): string[] =>
  findings.filter(({ status }) => status === 'fail').map(({ id, host }) => `${id} ${host}`)
const causes = ({ verdict }: Diagnosis): string[] => verdict.candidates.map(({ cause }) => cause)
const excluded = ({ verdict }: Diagnosis): string[] => verdict.excluded.map(({ cause }) => cause)

describe('a service that answers', () => {
  test('is reachable, on nobody is a fault, and nothing is to be mended', async () => {
    const diagnosis = await diagnose(healthy)
    expect(diagnosis.verdict).toMatchObject({
      state: 'reachable',
      cause: null,
      side: null,
      confidence: null,
      candidates: [],
      remedies: [],
      summary: 'http://www.lab.example answers as expected (200)',
    })
    expect(failures(diagnosis)).toEqual([])
  })

  test('was tried by every address, and one answer was taken', async () => {
    const { attempts } = await diagnose(healthy)
    expect(attempts).toMatchObject([
      { address: '10.77.2.2', family: 4, outcome: 'answered', used: true },
      { address: 'fd77:2::2', family: 6, outcome: 'answered', used: false },
    ])
    expect(attempts[0]?.phases).toMatchObject({ connectMs: 0.4, tlsMs: null, firstByteMs: 0.8 })
  })

  test('has two ends, and each check was asked where it belongs', async () => {
    const { findings } = await diagnose(healthy)
    const asked = LADDER.filter(({ outside }) => !outside).flatMap(({ id, on }) => [
      ...(on.includes('client') ? [`${id} client`] : []),
      ...(on.includes('server') ? [`${id} server`] : []),
    ])
    expect(findings.map(({ id, side }) => `${id} ${side}`).toSorted()).toEqual(asked.toSorted())
  })

  test('is said to be out of reach, or to answer otherwise, by whether somebody took the connection', async () => {
    const summaryOver = async (probes: Script) =>
      (await diagnose({ target: 'http://10.77.2.2', probes })).verdict.summary
    const refused = { connect: { '10.77.2.2 80': 'ECONNREFUSED' } }
    expect(await summaryOver(refused)).toContain('cannot be reached')
    const failing = { exchange: { '10.77.2.2': 'HTTP/1.1 502 Bad Gateway\r\n\r\n' } }
    expect(await summaryOver(failing)).toContain('does not answer as expected')
  })

  test('costs little more than the answer', async () => {
    expect((await diagnose(healthy)).durationMs).toBeLessThan(100)
  })

  test('says who met whom', async () => {
    const diagnosis = await diagnose(healthy)
    expect(diagnosis).toMatchObject({
      schema: 'rungs.diagnosis/1',
      target: { input: 'http://www.lab.example', scheme: 'http', port: 80 },
      client: { name: 'client', address: '10.77.1.2' },
      server: { name: 'server', address: '10.77.2.2', access: 'recorded' },
      startedAt: '2026-11-20T12:00:00.000Z',
    })
  })

  test('is healthy only as far as could be seen: what was not asked is listed', async () => {
    const { unknowns, findings } = await diagnose(healthy)
    const open = findings.filter(({ status }) => status === 'unknown')
    expect(open.length).toBeGreaterThan(0)
    for (const { id } of open) expect(unknowns.map((one) => one.id)).toContain(id)
  })

  test('on a host without any tool is reachable, and nearly all else is unknown', async () => {
    const diagnosis = await diagnose({ ...healthy, client: {}, server: null })
    expect(diagnosis.verdict.state).toBe('reachable')
    expect(diagnosis.unknowns.map(({ needs }) => needs)).toContain('iproute2')
    expect(failures(diagnosis)).toEqual([])
  })
})

describe('a port that refuses', () => {
  test('has no listener, which is proven on the server', async () => {
    const diagnosis = await diagnose(refused)
    expect(diagnosis.verdict).toMatchObject({
      state: 'unreachable',
      cause: 'tcp.no-listener',
      layer: 4,
      side: 'server',
      confidence: 'proven',
    })
    expect(diagnosis.attempts).toMatchObject([{ outcome: 'refused', errno: 'ECONNREFUSED' }])
    expect(find(diagnosis, 'listener.state', 'server').status).toBe('fail')
  })

  test('acquits the firewalls, since the kernel itself sent the resets', async () => {
    const diagnosis = await diagnose(refused)
    expect(causes(diagnosis)).toEqual(['tcp.no-listener'])
    for (const cause of ['firewall.ingress-reset', 'firewall.path-reset', 'firewall.egress-reject'])
      expect(excluded(diagnosis)).toContain(cause)
  })

  test('may have several reasons where the server cannot be asked', async () => {
    const { verdict } = await diagnose({ ...refused, server: null })
    expect(verdict).toMatchObject({ cause: 'tcp.no-listener', confidence: 'likely' })
    expect(verdict.candidates.length).toBeGreaterThan(1)
    for (const { tellApart } of verdict.candidates) expect(tellApart?.command).toMatch(/./)
  })
})

describe('a rule that drops', () => {
  test('is named by its place, and deleted by its handle', async () => {
    const { verdict } = await diagnose(dropped)
    expect(verdict).toMatchObject({
      cause: 'firewall.ingress-drop',
      side: 'server',
      confidence: 'proven',
      place: {
        host: 'server',
        rule: { backend: 'nft', family: 'inet', table: 'filter', chain: 'input', handle: 3 },
      },
      remedies: [{ host: 'server', command: 'nft delete rule inet filter input handle 3' }],
    })
  })

  test('is mended when a check turns green that is on the ladder', async () => {
    const { verdict } = await diagnose(dropped)
    for (const { turnsGreen } of verdict.remedies)
      expect(LADDER.map(({ id }) => id)).toContain(turnsGreen)
  })

  test('is one of several possible reasons where the server cannot be asked', async () => {
    const { verdict } = await diagnose({ ...dropped, server: null })
    expect(verdict.confidence).toBe('likely')
    expect(verdict.candidates.map(({ cause }) => cause)).toContain('firewall.ingress-drop')
    expect(verdict.candidates.length).toBeLessThanOrEqual(4)
  })
})

describe('a reply that does not come back', () => {
  test('has no route on the server, and its router is the one to take', async () => {
    const { verdict } = await diagnose(noWayBack)
    expect(verdict).toMatchObject({
      cause: 'route.return-missing',
      side: 'server',
      confidence: 'proven',
      remedies: [{ command: expect.stringContaining('10.77.2.1') }],
    })
  })

  test('is no full queue, though the kernel counts it among the dropped requests', async () => {
    const diagnosis = await diagnose(noWayBack)
    expect(causes(diagnosis)).not.toContain('tcp.accept-queue-full')
    expect(diagnosis.verdict).toMatchObject({ layer: 3, side: 'server', confidence: 'proven' })
  })

  test('is lost on the path where the server answered', async () => {
    const diagnosis = await diagnose(replyLost)
    expect(diagnosis.verdict).toMatchObject({ side: 'path', confidence: 'likely' })
    expect(excluded(diagnosis)).toEqual(
      expect.arrayContaining(['firewall.ingress-drop', 'tcp.no-listener', 'tcp.accept-queue-full']),
    )
  })
})

describe('a service that answers in part', () => {
  const half: Scene = { ...healthy, probes: { zone, connect: { 'fd77:2::2': 'timeout' } } }

  test('is degraded, and the address that fails is named', async () => {
    const { verdict, attempts } = await diagnose(half)
    expect(verdict.state).toBe('degraded')
    expect(verdict.cause).not.toBeNull()
    expect(verdict.summary).toContain('fd77:2::2')
    expect(attempts.map(({ used }) => used)).toEqual([true, false])
  })

  test('is told in a sentence that does not contradict itself', async () => {
    const { verdict } = await diagnose(half)
    expect(verdict.summary).not.toMatch(/does not: it answers/)
  })

  test('is degraded by a page that is not there, without a fault below', async () => {
    const missing = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'
    const exchange = { '10.77.2.2': missing, 'fd77:2::2': missing }
    const diagnosis = await diagnose({ ...healthy, probes: { zone, exchange } })
    expect(diagnosis.verdict).toMatchObject({
      state: 'degraded',
      cause: 'http.not-found',
      layer: 7,
    })
  })

  test('is unreachable where the application fails', async () => {
    const broken = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'
    const exchange = { '10.77.2.2': broken, 'fd77:2::2': broken }
    const { verdict } = await diagnose({ ...healthy, probes: { zone, exchange } })
    expect(verdict).toMatchObject({ state: 'unreachable', cause: 'http.upstream-down', layer: 7 })
  })
})

describe('a server that cannot be reached by ssh', () => {
  const lost: Host = {
    ...scriptedHost({ name: 'server', role: 'server', access: 'ssh://root@www' }),
    run: async (argv) => ({
      argv,
      stdout: '',
      stderr: 'warning\nssh: connect to host www port 22: Connection timed out\n',
      code: null,
      failure: 'unreachable',
      tookMs: 10,
    }),
  }

  test('is an unknown, and the climb of the client goes on', async () => {
    const diagnosis = await diagnose(healthy, { server: lost })
    expect(diagnosis.verdict.state).toBe('reachable')
    expect(diagnosis.unknowns).toContainEqual({
      id: 'server.access',
      because: expect.stringContaining('Connection timed out'),
      needs: expect.any(String),
    })
    expect(diagnosis.findings.every(({ side }) => side === 'client')).toBe(true)
    expect(diagnosis.server).toMatchObject({ name: 'server', access: 'ssh://root@www' })
  })

  test('by which nothing ever comes does not hold up the client', async () => {
    const mute: Host = { ...lost, run: () => new Promise(() => {}) }
    const diagnosis = await diagnose({ ...healthy, timeoutMs: 3000 }, { server: mute })
    expect(diagnosis.verdict.state).toBe('reachable')
  })
})

describe('a check that goes wrong', () => {
  const without = (tool: string, act: () => Promise<never>): Host => {
    const host = scriptedHost({ name: 'server', role: 'server', outputs: server })
    return { ...host, run: (argv) => (argv[0] === tool ? act() : host.run(argv)) }
  }

  test('by an exception is unknown, and the others stand', async () => {
    const broken = without('ps', async () => {
      throw new Error('a broken pipe')
    })
    const diagnosis = await diagnose(healthy, { server: broken })
    expect(find(diagnosis, 'process.alive', 'server')).toMatchObject({
      status: 'unknown',
      summary: expect.stringContaining('a broken pipe'),
    })
    expect(diagnosis.unknowns.map(({ id }) => id)).toContain('process.alive')
    expect(diagnosis.verdict.state).toBe('reachable')
  })

  const stuck = without('ps', () => new Promise(() => {}))

  test('by never ending is unknown at the deadline, and the climb ends in time', async () => {
    const diagnosis = await diagnose({ ...healthy, timeoutMs: 4000 }, { server: stuck })
    expect(find(diagnosis, 'process.alive', 'server')).toMatchObject({
      status: 'unknown',
      summary: 'no answer within 4 s',
    })
    expect(diagnosis.durationMs).toBeLessThan(4100)
  })

  test('by never ending takes nothing away from what the others saw', async () => {
    const diagnosis = await diagnose({ ...healthy, timeoutMs: 4000 }, { server: stuck })
    expect(diagnosis.attempts).toHaveLength(2)
    expect(diagnosis.verdict.state).toBe('reachable')
  })

  test('with everything stuck leaves a diagnosis that knows nothing', async () => {
    const mute: Host = { ...scriptedHost({}), run: () => new Promise(() => {}) }
    const diagnosis = await diagnose(
      { target: 'http://www.lab.example', timeoutMs: 2000 },
      { client: mute },
    )
    expect(diagnosis.verdict).toMatchObject({ state: 'undetermined', cause: null })
    expect(diagnosis.durationMs).toBeLessThan(2100)
    expect(new Set(diagnosis.findings.map(({ status }) => status))).toContain('unknown')
  })
})

describe('without a target', () => {
  test('the own ladder is climbed, and nothing is visited', async () => {
    const diagnosis = await diagnose({ target: null, client })
    expect(diagnosis).toMatchObject({ target: null, server: null, attempts: [] })
    expect(diagnosis.verdict.state).toBe('reachable')
    expect(find(diagnosis, 'name.resolvers').status).toBe('pass')
    expect(find(diagnosis, 'route.default').status).toBe('pass')
  })

  test('a machine whose name servers are dead is at fault', async () => {
    const probes = { dns: { '10.77.1.53': { outcome: 'timeout' as const } } }
    const { verdict } = await diagnose({ target: null, client, probes })
    expect(verdict).toMatchObject({
      state: 'unreachable',
      cause: 'dns.unreachable',
      side: 'client',
    })
  })

  test('is told of a machine, which answers nobody', async () => {
    const { verdict } = await diagnose({ target: null, client })
    expect(verdict.summary).not.toContain('answers as expected')
  })
})

describe('a router that can be read', () => {
  test('stands on the path, and is listed', async () => {
    const routers = { gw: recorded('no-way-back-router') }
    const diagnosis = await diagnose({ ...noWayBack, routers })
    expect(diagnosis.routers).toEqual([{ name: 'gw', access: 'recorded' }])
    expect(find(diagnosis, 'route.forwarding', 'gw')).toMatchObject({
      side: 'path',
      status: 'pass',
    })
  })

  test('that does not forward is the cause', async () => {
    const routers = { gw: { 'sysctl net.ipv4.ip_forward': 'net.ipv4.ip_forward = 0\n' } }
    const probes = { connect: { '10.77.2.2': 'timeout' }, ping: { '10.77.2.2': { received: 0 } } }
    const { verdict } = await diagnose({ target: 'http://10.77.2.2', client, routers, probes })
    expect(verdict).toMatchObject({
      cause: 'route.forwarding-off',
      side: 'path',
      confidence: 'proven',
      remedies: [{ host: 'gw', command: expect.stringMatching(/^sysctl -w .*ip_forward=1/) }],
    })
  })
})

describe('every diagnosis', () => {
  const scenes: readonly (readonly [string, Scene])[] = [
    ['healthy', healthy],
    ['refused', refused],
    ['dropped', dropped],
    ['without a way back', noWayBack],
    ['with a lost reply', replyLost],
    ['without a target', { target: null, client }],
    ['without a name', { ...healthy, probes: {} }],
  ]

  test.for(scenes)('%s is the same once it was written as JSON and read', async ([, one]) => {
    const diagnosis = await diagnose(one)
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis)
  })

  test.for(scenes)('%s has each finding once on a host', async ([, one]) => {
    const { findings } = await diagnose(one)
    const names = findings.map(({ id, host }) => `${id} ${host}`)
    expect(new Set(names).size).toBe(names.length)
  })

  test.for(scenes)('%s shows its evidence with the command to type', async ([, one]) => {
    const { findings } = await diagnose(one)
    for (const { id, evidence } of findings)
      for (const { host, command } of evidence) {
        expect(['client', 'server', 'gw'], id).toContain(host)
        expect(command, id).toMatch(/\S/)
      }
  })

  test.for(scenes)('%s is told of each finding as it is made', async ([, one]) => {
    const told: string[] = []
    const { findings } = await diagnose(one, {
      onFinding: ({ id, host, status }) => told.push(`${id} ${host} ${status}`),
    })
    expect(told.toSorted()).toEqual(
      findings.map(({ id, host, status }) => `${id} ${host} ${status}`).toSorted(),
    )
  })

  test('names no cause in a finding that its verdict has excluded', async () => {
    for (const [name, one] of scenes) {
      const diagnosis = await diagnose(one)
      for (const { id, cause } of diagnosis.findings)
        if (cause) expect(excluded(diagnosis), `${name}, ${id}`).not.toContain(cause)
    }
  })
})

describe('a host that says whatever it likes', () => {
  const commands = [...new Set([...Object.keys(client), ...Object.keys(server)])]
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.json({ maxDepth: 2 }),
    fc.constantFrom(...commands.map((command) => text(client[command] ?? server[command]))),
  )
  const output = fc.record({
    stdout: noise,
    stderr: fc.oneof(fc.constant(''), noise),
    code: fc.constantFrom(0, 1, 2, 255),
  })
  const host = fc.dictionary(fc.constantFrom(...commands), output, { maxKeys: commands.length })

  function text(given: Outputs[string] | undefined): string {
    const [first] = [given].flat()
    return typeof first === 'string' ? first : ((first as { stdout?: string })?.stdout ?? '')
  }

  test('cannot make the climb throw, or leave it without a verdict', async () => {
    const connect = fc.constantFrom(
      'timeout',
      'ECONNREFUSED',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EACCES',
    )
    await fc.assert(
      fc.asyncProperty(host, host, connect, async (one, other, errno) => {
        const diagnosis = await diagnose({
          target: 'http://10.77.2.2',
          client: one,
          server: other,
          probes: { connect: { '10.77.2.2': errno } },
        })
        const { verdict, findings } = diagnosis
        expect(verdict.state).toBe('unreachable')
        expect(verdict.candidates.length).toBeLessThanOrEqual(4)
        for (const { cause } of verdict.candidates) expect(CAUSE_CODES).toContain(cause)
        for (const { summary } of findings) expect(summary).not.toMatch(/^the check failed/)
        expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis)
      }),
      { numRuns: 40 },
    )
  }, 30_000)
})
