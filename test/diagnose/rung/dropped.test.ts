import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { KernelWord, Mute, Testimony } from '../../../src/diagnose/kernel-word.ts'
import { RHYTHM_MS } from '../../../src/diagnose/rhythm.ts'
import { dropped } from '../../../src/diagnose/rung/dropped.ts'
import type { Drop } from '../../../src/facts/drop-trace.ts'
import { inFakeTime, recorded, type Scene, witnessOf } from '../scene.ts'
import { SILENCE, told } from './ask.ts'

const CLIENT = { name: 'client', role: 'client' } as const
const ROUTER = { name: 'r1', role: 'router' } as const
const SERVER = { name: 'server', role: 'server' } as const

const drop = (reason: string, by: string | null, atMs: number, protocol = 0x800): Drop => ({
  reason,
  by,
  atMs,
  protocol,
})

/** In the rhythm of the trial, by the clock of another machine. */
const inRhythm = (reason: string, by: string | null, protocol?: number): Drop[] =>
  RHYTHM_MS.map((beat) => drop(reason, by, 17_000_000 + beat + 1.5, protocol))

const kernel = (over: Partial<Testimony> = {}): Testimony => ({
  hosts: [SERVER],
  drops: [],
  resets: [],
  lost: 0,
  command: 'perf trace',
  ...over,
})

const saying = (...all: readonly (Testimony | Mute)[]): KernelWord => ({
  listen: async () => ({ stop: async () => all }),
})

/** The check of a server that is silent, or as the scene says, with kernels that tell so. */
async function ask(word: KernelWord | null, scene: Partial<Scene> = {}): Promise<Ruling> {
  const whole: Scene = {
    target: 'http://10.77.2.2',
    client: told('client'),
    server: recorded('dropped-server'),
    probes: SILENCE,
    ...scene,
  }
  const { probes } = witnessOf(whole)
  const witness = witnessOf(whole, { kernel: word, probes: { ...probes, now: () => Date.now() } })
  return inFakeTime(() => dropped.rule(witness, witness.client))
}

describe('drops in the rhythm of the attempts', () => {
  test('are told with the reason and the function, and confirm its causes on that side', async () => {
    const ruling = await ask(
      saying(kernel({ drops: inRhythm('NETFILTER_DROP', 'nft_do_chain'), hosts: [SERVER] })),
    )
    expect(ruling).toMatchObject({ status: 'fail' })
    expect(ruling.summary).toBe(
      'the kernel under server dropped 3 packets in the rhythm of 3 attempts: a rule of netfilter drops it (NETFILTER_DROP in nft_do_chain, in a namespace that it does not tell)',
    )
    expect(ruling.accuses).toBeUndefined()
    expect(ruling.confirms).toEqual([
      {
        side: 'server',
        causes: expect.arrayContaining(['firewall.ingress-drop']),
        because: ruling.summary,
      },
    ])
    expect(ruling.acquits).toContainEqual({
      cause: 'route.reverse-path-filter',
      side: 'server',
      because: ruling.summary,
    })
    expect(ruling.evidence?.[0]).toMatchObject({ host: 'server', source: 'kernel' })
    expect(ruling.evidence?.[0]?.lines).toHaveLength(3)
  })

  test('may be on any of the hosts that share the kernel', async () => {
    const hosts = [CLIENT, SERVER, ROUTER]
    const ruling = await ask(
      saying(kernel({ drops: inRhythm('IP_RPFILTER', 'ip_rcv_finish_core'), hosts })),
    )
    expect(ruling.confirms?.map(({ side }) => side)).toEqual(['client', 'server', 'path'])
    expect(ruling.acquits?.map(({ cause }) => cause)).not.toContain('route.reverse-path-filter')
    expect(ruling.acquits?.map(({ cause }) => cause)).toContain('firewall.ingress-drop')
  })

  test('beside a few others are ours still, and the others are counted', async () => {
    const noise = [drop('NETFILTER_DROP', 'nft_do_chain', 16_999_500)]
    const ruling = await ask(
      saying(kernel({ drops: [...noise, ...inRhythm('NETFILTER_DROP', 'nft_do_chain')] })),
    )
    expect(ruling.summary).toMatch(/; 1 other meanwhile\)$/)
    expect(ruling.confirms).toHaveLength(1)
  })

  test('among many of the kind are shown and prove nothing', async () => {
    const noise = [1, 2, 3, 4, 5, 6].map((at) => drop('NETFILTER_DROP', 'nft_do_chain', at * 1000))
    const ruling = await ask(
      saying(kernel({ drops: [...noise, ...inRhythm('NETFILTER_DROP', 'nft_do_chain')] })),
    )
    expect(ruling.status).toBe('fail')
    expect(ruling.confirms).toBeUndefined()
    expect(ruling.acquits).toBeUndefined()
  })

  test('of two kinds prove neither', async () => {
    const drops = [...inRhythm('XDP', null), ...inRhythm('NETFILTER_DROP', 'nft_do_chain')]
    expect((await ask(saying(kernel({ drops })))).confirms).toBeUndefined()
  })

  test('prove nothing where events were lost', async () => {
    const drops = inRhythm('NETFILTER_DROP', 'nft_do_chain')
    expect((await ask(saying(kernel({ drops, lost: 9 })))).confirms).toBeUndefined()
  })

  test('of the other family are none of ours', async () => {
    const drops = inRhythm('NETFILTER_DROP', 'nft_do_chain', 0x86dd)
    expect((await ask(saying(kernel({ drops })))).status).toBe('pass')
  })
})

describe('a kernel', () => {
  test('that drops at another pace acquits nobody', async () => {
    const drops = [0, 10, 20, 400].map((at) => drop('NETFILTER_DROP', 'nft_do_chain', at))
    const ruling = await ask(saying(kernel({ drops })))
    expect(ruling).toEqual({
      status: 'pass',
      summary: 'the kernel under server tells of no drop in the rhythm of 3 attempts, and 4 others',
    })
  })

  test('that may not be asked is unknown, with what that takes', async () => {
    const mute = { hosts: [SERVER], because: 'no tracefs', needs: 'root' }
    const ruling = await ask(saying(mute))
    expect(ruling).toMatchObject({
      status: 'unknown',
      unknown: { because: 'the kernel of server: no tracefs', needs: 'root' },
    })
    const beside = await ask(saying(mute, kernel({ hosts: [CLIENT] })))
    expect(beside).toMatchObject({ status: 'pass', unknown: { needs: 'root' } })
  })

  test('is not listened to where nobody wants it, or the port answers', async () => {
    expect((await ask(null)).status).toBe('skip')
    const never: KernelWord = { listen: () => Promise.reject(new Error('no failure, no trace')) }
    const healthy = { probes: {}, server: recorded('healthy-server') }
    expect((await ask(never, healthy)).status).toBe('skip')
  })
})

describe('resets by the kernel', () => {
  const refusing = { probes: { connect: { '10.77.2.2': 'refused' } } } as const
  const reset = (from: string) => ({ from, to: '10.77.1.2:40000', atMs: 1, reason: 'NO_SOCKET' })
  const of = (from: string) => [reset(from), reset(from), reset(from)]

  test('from the address that was asked are those of the server itself', async () => {
    const ruling = await ask(saying(kernel({ resets: of('10.77.2.2:80') })), refusing)
    expect(ruling.status).toBe('fail')
    expect(ruling.confirms).toMatchObject([{ side: 'server', causes: ['tcp.no-listener'] }])
    expect(ruling.acquits?.map(({ cause }) => cause)).toContain('firewall.ingress-reset')
  })

  test('from another address or by another machine say nothing', async () => {
    for (const word of [
      kernel({ resets: of('10.77.2.2:22') }),
      kernel({ resets: of('10.77.2.2:80'), hosts: [CLIENT] }),
      kernel({ resets: null }),
    ])
      expect((await ask(saying(word), refusing)).status).toBe('pass')
  })
})
