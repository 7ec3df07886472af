import { describe, expect, test } from 'vitest'
import { type Errand, visit } from '../../../src/diagnose/visit.ts'
import { liveProbes } from '../../../src/host/probe/live-probes.ts'
import { serveDatabase } from '../../../src/lab/service/database.ts'
import { BINDS, freePort } from './loopback.ts'

async function told(scheme: 'postgres' | 'mysql' | 'redis', answer: string | null) {
  const port = await freePort()
  await serveDatabase(scheme, { binds: BINDS, port, answer })
  const errand: Errand = { scheme, host: 'localhost', port, path: '/' }
  const to = { address: '127.0.0.1', family: 4, port } as const
  const manner = { userAgent: 'rungs/0.0.0', token: 'abc', timeoutMs: 3000 }
  return (await visit(errand, to, liveProbes(), manner)).told
}

describe('a database', () => {
  test.for([
    ['postgres', null, 'served'],
    ['postgres', '53300 sorry, too many clients already', 'exhausted'],
    ['mysql', null, 'served'],
    ['mysql', "1130 Host 'h' is not allowed to connect to this MariaDB server", 'denied'],
    ['redis', null, 'served'],
    ['redis', '-DENIED Redis is running in protected mode', 'denied'],
  ] as const)('%s with %s: %s', async ([scheme, answer, reception]) => {
    expect((await told(scheme, answer))?.reception).toBe(reception)
  })
})
