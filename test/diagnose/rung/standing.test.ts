import { describe, expect, test } from 'vitest'
import { standing } from '../../../src/diagnose/rung/standing.ts'
import { ask, only, SILENCE, told } from './ask.ts'

const QUEUED = 'ESTAB 0 3000 10.77.1.2:50000 10.77.2.2:80'

/** What ss tells of one connection to the service, and of its timer. */
const decide = (timer: string, lastSentMs = 2000, queued = QUEUED) =>
  ask(standing, {
    client: {
      ...told('client'),
      'ss -H -tan': `${queued}\n`,
      'ss -H -tnoi dport = :80': `${queued} ${timer}\n\t cubic rto:204 lastsnd:${lastSentMs} lastack:9\n`,
    },
  })

describe('a connection that stands already', () => {
  test('before a window that stays closed is not read on the server', async () => {
    const ruling = await decide('timer:(persist,4.960ms,0)', 8140)
    expect(ruling.status).toBe('warn')
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.zero-window',
      side: 'server',
      weight: 'proven',
      partial: true,
      because: expect.stringContaining('closed for 8 s'),
    })
  })

  test('whose data was sent again and again is cut', async () => {
    expect(only(await decide('timer:(on,4.428ms,5)'))).toMatchObject({
      cause: 'tcp.stalled',
      side: 'path',
      partial: true,
    })
  })

  test.for([
    ['before a window that has just closed', 'timer:(persist,200ms,0)', 400],
    ['that sends again as usual', 'timer:(on,230ms,1)', 200],
    ['that is busy', 'timer:(on,204ms,0)', 0],
  ] as const)('%s gets on', async ([, timer, lastSentMs]) => {
    expect((await decide(timer, lastSentMs)).status).toBe('pass')
  })

  test.for([
    ['is idle', 'ESTAB 0 0 10.77.1.2:50000 10.77.2.2:80'],
    ['is read slowly by this host', 'ESTAB 90000 0 10.77.1.2:50000 10.77.2.2:80'],
    ['leads elsewhere', 'ESTAB 0 3000 10.77.1.2:50000 10.77.2.9:80'],
  ] as const)('and %s is not asked about', async ([, queued]) => {
    const ruling = await decide('timer:(persist,4.960ms,0)', 9000, queued)
    expect(ruling).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('nothing waits'),
    })
  })
})

test('beside a service that does not answer nothing is compared', async () => {
  expect((await ask(standing, { probes: SILENCE })).status).toBe('skip')
})
