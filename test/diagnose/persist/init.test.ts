import { expect, test } from 'vitest'
import { inquire } from '../../../src/diagnose/inquiry.ts'
import { enable, initOf, modules, service } from '../../../src/diagnose/persist/init.ts'
import { scriptedHost } from '../scene.ts'
import { asked } from './ask.ts'

const LS = 'ls -d /run/systemd/system /run/openrc /usr/sbin/update-rc.d /sbin/chkconfig'
const nginx = { kind: 'service', name: 'nginx' } as const

test.for([
  ['/run/systemd/system\n/usr/sbin/update-rc.d\n', 'systemctl enable nginx'],
  ['/run/openrc\n', 'rc-update add nginx default'],
  ['/usr/sbin/update-rc.d\n', 'update-rc.d nginx defaults && update-rc.d nginx enable'],
  ['/sbin/chkconfig\n', 'chkconfig nginx on'],
] as const)('where there is %j', async ([found, words]) => {
  expect(await asked(service, nginx, { [LS]: found })).toBe(words)
})

test('what started the host is not known where nothing shows it', async () => {
  const host = inquire(scriptedHost({ outputs: {} }))
  expect(await initOf(host)).toBeNull()
  expect(await enable('nginx', host)).toBeNull()
})

test('a unit that is enabled already is said to be, a masked one is unmasked', async () => {
  const properties =
    'Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,NRestarts,UnitFileState,ActiveEnterTimestamp,InactiveEnterTimestamp'
  const told = (state: string) =>
    asked(service, nginx, {
      [LS]: '/run/systemd/system\n',
      [`systemctl show nginx --no-pager -p ${properties}`]: `Id=nginx.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=${state}\n`,
    })
  expect(await told('enabled')).toContain('already')
  expect(await told('masked')).toBe('systemctl unmask nginx && systemctl enable nginx')
})

test('a module is named to what loads it', async () => {
  const intent = { kind: 'module', module: 'e1000' } as const
  expect(await asked(modules, intent, { [LS]: '/run/systemd/system\n' })).toBe(
    "printf '%s\\n' e1000 > /etc/modules-load.d/e1000.conf",
  )
  expect(await asked(modules, intent, { [LS]: '/run/openrc\n' })).toBe(
    "printf '%s\\n' e1000 >> /etc/modules",
  )
})
