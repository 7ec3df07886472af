import { describe, expect, test } from 'vitest'
import { askBackend } from '../../src/diagnose/backend.ts'
import type { Upstream } from '../../src/diagnose/front.ts'
import { MACHINE } from '../../src/diagnose/host.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { type Outputs, scriptedHost } from './scene.ts'

const REFUSED = { code: 1, tookMs: 2 }
const SILENT = { code: 1, tookMs: 1001 }
const LISTENS = 'tcp LISTEN 0 511 127.0.0.1:8080 0.0.0.0:* users:(("node",pid=9,fd=6))\n'
const state = (letter: string): Outputs => ({
  'ps -o pid,ppid,user:32,stat,lstart,args -p 9':
    '    PID    PPID USER                             STAT                  STARTED COMMAND\n' +
    `      9       1 app                              ${letter}    Sat Nov 28 01:00:00 2026 node app.js\n`,
})
const NAMING = 'grep -rlswF -e 8080 /etc/systemd/system /run/systemd/system /lib/systemd/system'

const ask = (upstream: Upstream, outputs: Outputs) =>
  askBackend(inquire(scriptedHost({ name: 'server', role: 'server', outputs })), upstream, [
    '10.77.2.2',
  ])
const LOCAL = { host: '127.0.0.1', port: 8080 }
const KNOCK = 'nc -z -w 1 127.0.0.1 8080'

describe('a backend on the host of its front', () => {
  test('that nobody listens for refuses', async () => {
    const found = await ask(LOCAL, { [KNOCK]: REFUSED, 'ss -H -tulnp': '' })
    expect(found).toMatchObject({ works: false, remedies: [] })
    expect(found.because).toBe('127.0.0.1:8080 refuses: nothing listens there')
  })

  test('whose unit is stopped can be started', async () => {
    const outputs: Outputs = {
      [KNOCK]: REFUSED,
      'ss -H -tulnp': '',
      [NAMING]: '/etc/systemd/system/app.service\n',
    }
    const host = scriptedHost({ name: 'server', role: 'server', outputs, limits: MACHINE })
    const answering = {
      ...host,
      run: async (argv: readonly string[]) =>
        argv[0] === 'systemctl'
          ? {
              argv,
              stdout: 'Id=app.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\n',
              stderr: '',
              code: 0,
              failure: null,
              tookMs: 1,
            }
          : host.run(argv),
    }
    const found = await askBackend(inquire(answering), LOCAL, [])
    expect(found.remedies.map(({ command }) => command)).toEqual(['systemctl start app.service'])
  })

  test('that accepts works, unless its process is stopped', async () => {
    const outputs: Outputs = { [KNOCK]: '', 'ss -H -tulnp': LISTENS }
    expect(await ask(LOCAL, { ...outputs, ...state('S') })).toMatchObject({ works: true })
    const frozen = await ask(LOCAL, { ...outputs, ...state('T') })
    expect(frozen.works).toBe(false)
    expect(frozen.remedies.map(({ command }) => command)).toEqual(['kill -CONT 9'])
  })

  test('that listens and is not reached is told so', async () => {
    const found = await ask(LOCAL, { [KNOCK]: SILENT, 'ss -H -tulnp': LISTENS })
    expect(found.because).toMatch(/does not answer .* though something listens on 127\.0\.0\.1/)
  })
})

describe('a backend elsewhere', () => {
  test.for([
    [REFUSED, 'refuses'],
    [SILENT, 'does not answer'],
  ] as const)('is tried from the front (%j)', async ([output, words]) => {
    const found = await ask({ host: '10.77.3.3', port: 80 }, { 'nc -z -w 1 10.77.3.3 80': output })
    expect(found.works).toBe(false)
    expect(found.because).toContain(`10.77.3.3:80 ${words} from the front`)
  })

  test('is unknown where nothing is there to try it with', async () => {
    expect(await ask({ host: '10.77.3.3', port: 80 }, {})).toMatchObject({ works: null })
  })
})

describe('a socket of the file system', () => {
  const path = '/run/app.sock'
  const owner = 'u_str LISTEN 0 5 /run/app.sock 7 * 0 users:(("node",pid=9,fd=3))\n'

  test('that nobody listens on fails', async () => {
    const found = await ask({ path }, { 'ss -H -xlp': 'u_str LISTEN 0 5 /run/other 7 * 0\n' })
    expect(found).toMatchObject({ works: false, because: 'nothing listens on /run/app.sock' })
  })

  test('with a process that runs works', async () => {
    expect(await ask({ path }, { 'ss -H -xlp': owner, ...state('S') })).toMatchObject({
      works: true,
    })
  })

  test('is unknown where the sockets cannot be seen', async () => {
    expect(await ask({ path }, {})).toMatchObject({ works: null })
  })
})
