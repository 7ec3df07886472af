import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { arrival } from '../../../src/diagnose/rung/arrival.ts'
import { recorded } from '../scene.ts'
import { ask, SILENCE } from './ask.ts'

const scene = (name: string) => ({
  client: recorded(`${name}-client`),
  server: { ...recorded('healthy-server'), ...recorded(`${name}-server`) },
  of: 'server' as const,
})
const timeout = { connect: { '10.77.2.2 80': 'timeout' } }
const first = ({ accuses = [] }: Ruling) => accuses[0]
const cleared = ({ acquits = [] }: Ruling): string[] => acquits.map(({ cause }) => cause)

describe('a reply', () => {
  test('that finds no route on the server is mended there', async () => {
    const ruling = await ask(arrival, { ...scene('no-way-back'), probes: SILENCE })
    expect(first(ruling)).toMatchObject({
      cause: 'route.return-missing',
      side: 'server',
      weight: 'proven',
    })
  })

  test('that left and did not come back is lost on the path', async () => {
    const ruling = await ask(arrival, { ...scene('reply-lost'), probes: timeout })
    expect(ruling.accuses?.every(({ side }) => side === 'path')).toBe(true)
    expect(cleared(ruling)).toContain('tcp.no-listener')
  })
})
