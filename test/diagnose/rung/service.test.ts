import { describe, expect, test } from 'vitest'
import { service } from '../../../src/diagnose/rung/service.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, only } from './ask.ts'

const SS = 'ss -H -tulnp'
const server = (listing: string, more: Outputs = {}): Outputs => ({
  ...recorded('healthy-server'),
  [SS]: listing,
  ...more,
})
const refused = { connect: { '10.77.2.2 80': 'ECONNREFUSED' } }
const at = (listing: string, probes = {}, more: Outputs = {}) => ({
  client: recorded('healthy-client'),
  server: server(listing, more),
  of: 'server' as const,
  probes,
})

describe('the unit', () => {
  const show = (state: string, sub: string, rest = ''): string =>
    `Id=nginx.service\nLoadState=loaded\nActiveState=${state}\nSubState=${sub}\nResult=success\nMainPID=0\nExecMainStatus=0\nNRestarts=0\nUnitFileState=enabled\n${rest}`
  const unit = (name: string, text: string): Outputs => ({
    [`systemctl show ${name} --no-pager -p Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainStatus,NRestarts,UnitFileState,ActiveEnterTimestamp,InactiveEnterTimestamp`]:
      text,
  })

  test('of a namespace belongs to the machine around it', async () => {
    expect((await ask(service, at('', refused))).status).toBe('unknown')
  })

  test('that is stopped explains why nothing listens, and is started', async () => {
    const { unit: question } = await import('../../../src/facts/systemctl.ts')
    const command = question('nginx').sources[0]?.argv.join(' ') ?? ''
    const outputs = { ...unit('x', ''), [command]: show('inactive', 'dead') }
    const ruling = await ask(service, { ...at('', refused, outputs), machine: true })
    expect(only(ruling)).toMatchObject({
      cause: 'service.stopped',
      side: 'server',
      weight: 'proven',
    })
    expect(only(ruling).remedies?.[0]).toMatchObject({
      command: 'systemctl start nginx',
      undo: 'systemctl stop nginx',
      persist: 'systemctl enable nginx',
    })
  })
})
