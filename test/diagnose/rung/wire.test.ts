import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { view, wire } from '../../../src/diagnose/rung/wire.ts'
import type { Tap, Tapped } from '../../../src/diagnose/tap.ts'
import { scenario } from '../passage/capture.ts'
import { inFakeTime, type Outputs, recorded, scriptedHost, witnessOf } from '../scene.ts'
import type { Script } from '../scripted-probes.ts'

/** What a recorded host says, as if it were the server of the captures. */
const asServer = (outputs: Outputs): Outputs =>
  JSON.parse(JSON.stringify(outputs).replaceAll('10.77.2.2', '192.0.2.80'))

const seen = (name: string, hosts: readonly ('r1' | 'server')[] = ['r1', 'server']): Tapped => {
  const points = scenario(name)
  return {
    points: [points.client, ...hosts.map((host) => points[host])],
    blind: [],
    untilMs: Number.POSITIVE_INFINITY,
  }
}

const tapOf = (tapped: Tapped): Tap => ({
  watch: () => ({ near: Promise.resolve(), all: Promise.resolve() }),
  collect: async () => tapped,
})

/** What the check rules where connections end like this and that was seen on the wire. */
async function rule(
  tapped: Tapped | null,
  outcome = 'timeout',
  {
    check = wire,
    server = asServer(recorded('healthy-server')) as Outputs | null,
    probes = null as Script | null,
  } = {},
): Promise<Ruling> {
  const witness = witnessOf(
    {
      target: 'http://192.0.2.80',
      client: recorded('healthy-client'),
      server,
      routers: { r1: {} },
      probes: probes ?? { connect: outcome === '' ? {} : { '192.0.2.80': outcome } },
    },
    { tap: tapped && tapOf(tapped) },
  )
  return inFakeTime(() => check.rule(witness, witness.client))
}

const confirmed = ({ confirms = [] }: Ruling): string[] => confirms.map(({ side }) => side)
const cleared = ({ acquits = [] }: Ruling): string[] =>
  acquits.map(({ cause, side }) => `${cause} ${side}`)

describe('the place of a loss', () => {
  test.each([
    [
      'router-drop',
      /r1 received it and did not send it on/,
      'path',
      'firewall.ingress-drop server',
    ],
    [
      'router-drop-replies',
      /server answered, r1 received its answer and did not/,
      'path',
      'firewall.ingress-drop server',
    ],
    [
      'server-drop',
      /arrived at the server, and no answer left it/,
      'server',
      'firewall.path-drop path',
    ],
    [
      'client-drop-replies',
      /answer arrived at the client, whose TCP/,
      'client',
      'firewall.path-drop path',
    ],
    ['client-drop', /nothing of it left the client/, 'client', 'firewall.path-drop path'],
  ])('of %s confirms that side and clears the others', async (name, words, side, other) => {
    const ruling = await rule(seen(name))
    expect(ruling.status).toBe('fail')
    expect(ruling.summary).toMatch(words)
    expect(confirmed(ruling)).toEqual([side])
    expect(cleared(ruling)).toContain(other)
    expect(
      cleared(ruling).some((one) => one.endsWith(` ${side}`) && !one.includes('ingress')),
    ).toBe(false)
  })

  test('is shown by the packets of each place, and by those where there were none', async () => {
    const { evidence = [] } = await rule(seen('router-drop'))
    expect(evidence.map(({ host }) => host)).toEqual(['client', 'r1', 'server'])
    expect(evidence[0]?.lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{6} Out IP 10\.0\.0\.2\.\d+ > 192\.0\.2\.80\.80: Flags \[S\], seq/,
    )
    expect(evidence[2]?.lines).toEqual(['nothing of it was seen here'])
  })

  test('behind the server may be its own doing, where it sends to the wrong neighbour', async () => {
    const { confirms = [] } = await rule(seen('router-drop-replies', ['server']))
    expect(confirms).toMatchObject([
      { side: 'path' },
      { side: 'server', causes: expect.arrayContaining(['link.neighbour-wrong']) },
    ])
  })

  test('is not known where the server has another address', async () => {
    const ruling = await rule(seen('router-drop', ['server']), 'timeout', {
      server: recorded('healthy-server'),
    })
    expect(ruling.status).toBe('pass')
    expect(confirmed(ruling)).toEqual([])
  })
})

describe('an answer', () => {
  test('that the server never sent was made on the path', async () => {
    const ruling = await rule(seen('router-reset', ['server']), 'ECONNREFUSED')
    expect(ruling.summary).toMatch(/got a reset \(TTL 64\) that the server never sent/)
    expect(ruling.accuses).toMatchObject([{ cause: 'firewall.path-reset', weight: 'likely' }])
    expect(cleared(ruling)).toContain('tcp.no-listener server')
    expect(confirmed(ruling)).toEqual(['path'])
  })

  test('by which somebody took the connection in the server’s name and said nothing was his', async () => {
    const [taken, unseen] = [scenario('healthy').client, scenario('router-reset').server]
    const points = [taken, { ...unseen, sightings: [] }]
    const tapped = { points, blind: [], untilMs: Number.POSITIVE_INFINITY }
    const silent = { exchange: { '192.0.2.80 80': { silent: true, reply: null, told: null } } }
    const ruling = await rule(tapped, '', { probes: silent })
    expect(ruling.summary).toMatch(/got a SYN-ACK \(TTL 63\) that the server never sent/)
    expect(ruling.accuses).toMatchObject([{ cause: 'firewall.redirect', side: 'path' }])
    expect(cleared(ruling)).toContain('tcp.frozen server')
  })

  test('of an ICMP error is told with who sent it', async () => {
    const ruling = await rule(seen('router-reject'), 'EHOSTUNREACH')
    expect(ruling.summary).toBe('10.0.0.1 sent the ICMP error that the client got, seen leaving r1')
    expect(confirmed(ruling)).toEqual(['path'])
  })
})

test('a connection that works is not looked at', async () => {
  expect(await rule(seen('healthy'), '')).toMatchObject({ status: 'skip' })
})

test('without captures there is nothing to say', async () => {
  expect(await rule(null)).toMatchObject({ status: 'skip' })
})

test('attempts that went differently confirm no more than a loss', async () => {
  const [good, bad] = [scenario('healthy'), scenario('router-drop')]
  const both = (host: 'client' | 'r1' | 'server') => ({
    ...good[host],
    sightings: [...good[host].sightings, ...bad[host].sightings],
  })
  const points = [both('client'), both('r1'), both('server')]
  const ruling = await rule({ points, blind: [], untilMs: Number.POSITIVE_INFINITY })
  expect(ruling.status).toBe('warn')
  expect(ruling.summary).toMatch(/^of \d attempts 2 came through/)
  expect(ruling.confirms).toMatchObject([{ causes: ['path.loss'] }])
})

test('a loss at random is told with the way on which it happens', async () => {
  const ruling = await rule(seen('loss-back'))
  expect(ruling.summary).toMatch(
    /^on the way there none of \d+ packets were lost, on the way back \d+ of/,
  )
  expect(ruling.accuses).toMatchObject([{ cause: 'path.loss', side: 'path' }])
})

test('where no packet can be seen it is said why, and what that takes', async () => {
  const blind = [{ host: 'client', because: 'capturing needs CAP_NET_RAW', needs: 'root' }]
  const tapped = { points: [], blind, untilMs: 0 }
  expect(await rule(tapped, 'timeout', { check: view })).toMatchObject({
    status: 'unknown',
    unknown: { because: expect.stringMatching(/CAP_NET_RAW/), needs: 'root' },
  })
  expect(await rule(tapped)).toMatchObject({ status: 'skip' })
  expect(await rule(seen('router-drop'), 'timeout', { check: view })).toMatchObject({
    status: 'pass',
  })
})

test('a recorded host is no one that could be watched', () => {
  expect(scriptedHost({}).vantage).toBeUndefined()
})
