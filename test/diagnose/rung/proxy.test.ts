import { describe, expect, test } from 'vitest'
import { proxy } from '../../../src/diagnose/rung/proxy.ts'
import { diagnose } from '../scene.ts'
import type { Script } from '../scripted-probes.ts'
import { ask, commands, only, told } from './ask.ts'

const PROXY = 'http://10.77.9.9:3128'
const GREP =
  'grep -rhis proxy /etc/environment /etc/profile.d /etc/apt/apt.conf /etc/apt/apt.conf.d /etc/wgetrc'
const refusing = (status: number): NonNullable<Script['exchange']> => ({
  '10.77.9.9': `HTTP/1.1 ${status} No\r\n\r\n`,
})
const tunnelled = (probes: Script = {}) => ({
  target: 'https://10.77.2.2',
  probes: { environment: { https_proxy: PROXY }, ...probes },
})

describe('a proxy', () => {
  test('that no variable names is none', async () => {
    expect(await ask(proxy)).toMatchObject({ status: 'pass' })
    expect(await ask(proxy, { target: 'ssh://10.77.2.2' })).toMatchObject({ status: 'skip' })
  })

  test('that leads there passes, and what is beside it is told', async () => {
    const ruling = await ask(proxy, tunnelled())
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('direct way') })
    const only = await ask(proxy, tunnelled({ connect: { '10.77.2.2': 'timeout' } }))
    expect(only.summary).toContain('directly nothing answers')
  })

  test('that is dead blocks, whatever answers directly', async () => {
    const ruling = await ask(proxy, tunnelled({ connect: { '10.77.9.9': 'ECONNREFUSED' } }))
    expect(only(ruling)).toMatchObject({
      cause: 'proxy.broken',
      side: 'client',
      weight: 'proven',
      blocks: true,
    })
    expect(commands(ruling)[0]).toMatch(/^export no_proxy=.*,\}"10\.77\.2\.2$/)
  })

  test.for([
    [407, 'client'],
    [403, 'path'],
    [502, 'path'],
  ] as const)(
    'that answers CONNECT with %d is broken on the side of the %s',
    async ([status, side]) => {
      const ruling = await ask(proxy, tunnelled({ exchange: refusing(status) }))
      expect(only(ruling)).toMatchObject({ cause: 'proxy.broken', side, blocks: true })
    },
  )

  test('that cannot reach a server which nobody reaches is not to blame', async () => {
    const probes = { exchange: refusing(504), connect: { '10.77.2.2': 'timeout' } }
    const ruling = await ask(proxy, tunnelled(probes))
    expect(ruling).toMatchObject({ status: 'warn' })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that serves another certificate than the server does intercepts', async () => {
    const ruling = await ask(
      proxy,
      tunnelled({
        tls: { '10.77.9.9': { trusted: false, distrust: 'SELF_SIGNED_CERT_IN_CHAIN' } },
      }),
    )
    expect(only(ruling)).toMatchObject({ cause: 'tls.intercepted', side: 'path', blocks: true })
  })

  test('that only something else is told of is required where nothing answers directly', async () => {
    const dead = { connect: { '10.77.2.2': 'timeout' } }
    const other = { ...dead, environment: { http_proxy: PROXY } }
    const ruling = await ask(proxy, { target: 'https://10.77.2.2', probes: other })
    expect(only(ruling)).toMatchObject({
      cause: 'proxy.required',
      side: 'client',
      weight: 'proven',
    })
    expect(commands(ruling)).toEqual([`export https_proxy=${PROXY}`])
    const client = { ...told('client'), [GREP]: `Acquire::http::Proxy "${PROXY}";\n` }
    const written = await ask(proxy, { target: 'https://10.77.2.2', probes: dead, client })
    expect(only(written).because).toContain('apt')
  })

  test('that does not lead there either is not required', async () => {
    const probes = {
      connect: { '10.77.2.2': 'timeout', '10.77.9.9': 'ECONNREFUSED' },
      environment: { http_proxy: PROXY },
    }
    const ruling = await ask(proxy, { target: 'https://10.77.2.2', probes })
    expect(ruling).toMatchObject({ status: 'pass' })
  })
})

describe('the verdict', () => {
  const client = told('client')

  test('follows the way that programs take', async () => {
    const dead = tunnelled({ connect: { '10.77.9.9': 'ECONNREFUSED' } })
    expect((await diagnose({ ...dead, client })).verdict).toMatchObject({
      state: 'unreachable',
      cause: 'proxy.broken',
    })
    const alone = tunnelled({ connect: { '10.77.2.2': 'timeout' } })
    expect((await diagnose({ ...alone, client })).verdict).toMatchObject({
      state: 'reachable',
      cause: null,
      summary: 'https://10.77.2.2 answers as expected by the proxy 10.77.9.9:3128',
    })
  })
})
