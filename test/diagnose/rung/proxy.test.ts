import { describe, expect, test } from 'vitest'
import { proxy } from '../../../src/diagnose/rung/proxy.ts'
import { ask, only } from './ask.ts'

describe('a proxy', () => {
  const through = (connect: Readonly<Record<string, string>>) => ({
    probes: {
      connect,
      environment: { http_proxy: 'http://10.77.9.9:3128' },
      zone: { '10.77.9.9': ['10.77.9.9'] },
    },
  })

  test('that no variable names is none', async () => {
    expect(await ask(proxy)).toMatchObject({ status: 'pass' })
  })

  test('that is dead is broken, while directly the server answers', async () => {
    const ruling = await ask(proxy, through({ '10.77.9.9': 'ECONNREFUSED' }))
    expect(only(ruling)).toMatchObject({
      cause: 'proxy.broken',
      side: 'client',
      weight: 'proven',
      partial: true,
    })
  })

  test('that accepts accuses nobody', async () => {
    expect((await ask(proxy, through({}))).accuses ?? []).toEqual([])
  })
})
