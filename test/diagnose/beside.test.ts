import { describe, expect, test } from 'vitest'
import { gatherContrasts } from '../../src/diagnose/beside.ts'
import { pass, placeOn } from '../../src/diagnose/check.ts'
import type { Ruled } from '../../src/diagnose/finding.ts'
import { port } from '../../src/diagnose/rung/port.ts'
import { diagnose, inFakeTime, witnessOf } from './scene.ts'
import type { Script } from './scripted-probes.ts'

const HOST = '10.77.2.2'
const gather = (probes: Script, ruled: readonly Ruled[] = []) =>
  inFakeTime(() => gatherContrasts(witnessOf({ target: `http://${HOST}`, probes }), ruled))

describe('what works beside what fails', () => {
  test('is asked of other ports after a refusal and after silence', async () => {
    for (const how of ['ECONNREFUSED', 'timeout'])
      expect((await gather({ connect: { [`${HOST} 80`]: how } }))[0]?.works).toBe(
        'port 22 of the same address accepts',
      )
  })

  test('is nothing where nothing fails', async () => {
    expect(await gather({})).toEqual([])
  })

  test('begins with what the checks themselves saw', async () => {
    const seen = { works: 'this', fails: 'that', tells: 'the difference' }
    const { client } = witnessOf({ target: `http://${HOST}` })
    const ruling = { ...pass('fine'), contrasts: [seen] }
    expect(await gather({}, [{ check: port, inquiry: client, ruling, tookMs: 0 }])).toEqual([seen])
  })

  test('is not told by single packets where packets are lost at random', async () => {
    const { client } = witnessOf({ target: `http://${HOST}` })
    const accuses = (weight: 'likely' | 'possible') => ({
      ...pass('some are lost'),
      accuses: [
        {
          cause: 'path.loss',
          side: 'path',
          weight,
          because: 'some are lost',
          place: placeOn('path'),
        },
      ] as const,
    })
    const found = (weight: 'likely' | 'possible') =>
      gather({ connect: { [`${HOST} 80`]: 'timeout' } }, [
        { check: port, inquiry: client, ruling: accuses(weight), tookMs: 0 },
      ])
    expect(await found('likely')).toEqual([])
    expect(await found('possible')).not.toEqual([])
  })

  test('is in the diagnosis', async () => {
    const probes = { connect: { [`${HOST} 80`]: 'timeout' } }
    const { contrasts } = await diagnose({ target: `http://${HOST}`, probes })
    expect(contrasts.map(({ works }) => works)).toContain('10.77.2.2 answers ping')
    expect((await diagnose({ target: `http://${HOST}` })).contrasts).toEqual([])
  })
})
