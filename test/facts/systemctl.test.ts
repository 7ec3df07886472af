import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { unit, unitList, unitOfPid } from '../../src/facts/systemctl.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const show = `MainPID=454
Result=success
NRestarts=2
ExecMainCode=0
ExecMainStatus=0
Id=docker.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
ActiveEnterTimestamp=Sun 2022-12-11 10:12:19 CET
InactiveEnterTimestamp=
`

test('the properties of a running unit are read', () => {
  expect(answer(unit('docker'), printed(show))).toEqual({
    name: 'docker.service',
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    result: 'success',
    mainPid: 454,
    exitStatus: null,
    restarts: 2,
    enabled: 'enabled',
    since: 'Sun 2022-12-11 10:12:19 CET',
    journal: [],
  })
})

const failed = `MainPID=0
Result=exit-code
NRestarts=5
ExecMainCode=1
ExecMainStatus=203
Id=web.service
LoadState=loaded
ActiveState=failed
SubState=failed
UnitFileState=enabled
ActiveEnterTimestamp=Wed 2023-03-15 16:52:00 CET
InactiveEnterTimestamp=Wed 2023-03-15 16:52:01 CET
`

test('a failed unit has its exit status, and the time of its failure', () => {
  expect(answer(unit('web'), printed(failed))).toMatchObject({
    activeState: 'failed',
    result: 'exit-code',
    mainPid: null,
    exitStatus: 203,
    restarts: 5,
    since: 'Wed 2023-03-15 16:52:01 CET',
  })
})

test('a number of a signal is no exit status, nor is the zero of a unit that never ran', () => {
  const killed = failed.replace('MainCode=1', 'MainCode=2').replace('Status=203', 'Status=9')
  expect(answer(unit('web'), printed(killed))?.exitStatus).toBeNull()
  const never = failed.replace('MainCode=1', 'MainCode=0').replace('Status=203', 'Status=0')
  expect(answer(unit('web'), printed(never))?.exitStatus).toBeNull()
})

test('a unit that does not exist is an answer', () => {
  const text = `MainPID=0
Id=nope.service
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
`
  expect(answer(unit('nope'), printed(text))).toMatchObject({
    loadState: 'not-found',
    activeState: 'inactive',
    enabled: null,
  })
  const error = 'Unit nope.service could not be found.\n'
  expect(answer(unit('nope'), printed('', 4, error))).toMatchObject({ loadState: 'not-found' })
})

test('without systemd only the script of the service answers', () => {
  const error =
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n"
  const none = printed('', 1, error)
  const [properties, status, script] = unit('nginx.service').sources
  expect(properties?.parse(none)).toBeNull()
  expect(status?.parse(none)).toBeNull()
  expect(script?.argv).toEqual(['service', 'nginx', 'status'])
  expect(script?.parse(printed('nginx is not running ... failed!\n', 3))).toMatchObject({
    name: 'nginx.service',
    loadState: 'loaded',
    activeState: 'inactive',
  })
  expect(script?.parse(printed('[ ok ] nginx is running.\n'))).toMatchObject({
    activeState: 'active',
    subState: 'running',
  })
  expect(script?.parse(printed('', 1, 'nginx: unrecognized service\n'))).toMatchObject({
    loadState: 'not-found',
  })
})

test('`service` shows what systemctl says where systemd runs', () => {
  const text = `• networking.service - Raise network interfaces
  Loaded: loaded (/lib/systemd/system/networking.service; enabled; vendor preset: enabled)
  Active: active (exited) since Tue 2023-03-14 16:36:26 CET; 20min ago
  Main PID: 345 (code=exited, status=0/SUCCESS)
`
  expect(answer(unit('networking'), printed(text))).toMatchObject({
    name: 'networking.service',
    activeState: 'active',
    subState: 'exited',
  })
})

test('the unit of a process may be a login', () => {
  const text = `● session-3.scope - Session 3 of User admin
     Loaded: loaded (/run/systemd/transient/session-3.scope; transient)
  Transient: yes
     Active: active (running) since Wed 2023-03-15 16:52:01 CET; 1h ago
`
  expect(answer(unitOfPid(31), printed(text))).toMatchObject({
    name: 'session-3.scope',
    activeState: 'active',
    enabled: 'transient',
  })
  const error = 'Failed to get unit for PID 31: PID 31 does not belong to any loaded unit.\n'
  expect(answer(unitOfPid(31), printed('', 1, error))).toBeNull()
})

const list = `cron.service                   loaded    active   running Regular background program processing daemon
nginx.service                  loaded    failed   failed  A high performance web server and a reverse proxy server
● old.service                  not-found inactive dead    old.service
getty@tty1.service             loaded    active   running Getty on tty1
`

test('all units are listed with their states', () => {
  expect(answer(unitList, printed(list))).toEqual([
    {
      name: 'cron.service',
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      description: 'Regular background program processing daemon',
    },
    {
      name: 'nginx.service',
      loadState: 'loaded',
      activeState: 'failed',
      subState: 'failed',
      description: 'A high performance web server and a reverse proxy server',
    },
    {
      name: 'old.service',
      loadState: 'not-found',
      activeState: 'inactive',
      subState: 'dead',
      description: 'old.service',
    },
    {
      name: 'getty@tty1.service',
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      description: 'Getty on tty1',
    },
  ])
  expect(answer(unitList, printed('', 1))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(unit('docker'), show)
  expectQuestionSurvives(unitList, list)
})
