import { expect, test } from 'vitest'
import { parseUnitStatus } from '../../src/facts/systemctl-status.ts'
import { expectSurvival } from './hostile.ts'

const docker = `● docker.service - Docker Application Container Engine
   Loaded: loaded (/lib/systemd/system/docker.service; enabled; vendor preset: enabled)
   Active: active (running) since Sun 2022-12-11 10:12:19 CET; 3 months 2 days ago
 TriggeredBy: ● docker.socket
            Docs: https://docs.docker.com
   Main PID: 454 (dockerd)
     Tasks: 52
    Memory: 238.3M
       CPU: 57min 26.983s
    CGroup: /system.slice/docker.service
            └─ 454 /usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock
               └─ 2593 /usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 443 -container-ip 172.18.0.3 -contai>

dic 11 10:12:17 www dockerd[454]: time="2022-12-11T10:12:17.919042671+01:00" level=info msg="Default bridge (docker0)>
dic 11 10:12:19 www systemd[1]: Started Docker Application Container Engine.
`

test('a running service has its process, its time and its log', () => {
  expect(parseUnitStatus(docker)).toEqual({
    name: 'docker.service',
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    result: null,
    mainPid: 454,
    exitStatus: null,
    restarts: null,
    enabled: 'enabled',
    since: 'Sun 2022-12-11 10:12:19 CET',
    journal: [
      'dic 11 10:12:17 www dockerd[454]: time="2022-12-11T10:12:17.919042671+01:00" level=info msg="Default bridge (docker0)>',
      'dic 11 10:12:19 www systemd[1]: Started Docker Application Container Engine.',
    ],
  })
})

test('a service that did its work and ended is active, without a process', () => {
  const text = `• networking.service - Raise network interfaces
  Loaded: loaded (/lib/systemd/system/networking.service; enabled; vendor preset: enabled)
  Active: active (exited) since Tue 2023-03-14 16:36:26 CET; 20min ago
  Docs: man:interfaces(5)
  Process: 345 ExecStart=/sbin/ifup -a --read-environment (code=exited, status=0/SUCCESS)
  Main PID: 345 (code=exited, status=0/SUCCESS)
  CPU: 9ms

mar 14 16:36:26 debian systemd[1]: Starting Raise network interfaces...
mar 14 16:36:26 debian systemd[1]: Finished Raise network interfaces.
`
  expect(parseUnitStatus(text)).toMatchObject({
    name: 'networking.service',
    activeState: 'active',
    subState: 'exited',
    mainPid: null,
    exitStatus: 0,
    enabled: 'enabled',
  })
})

test('a service that failed has its result and exit status', () => {
  const text = `× nginx.service - A high performance web server and a reverse proxy server
     Loaded: loaded (/lib/systemd/system/nginx.service; disabled; preset: enabled)
     Active: failed (Result: exit-code) since Wed 2023-03-15 16:52:01 CET; 2min 3s ago
       Docs: man:nginx(8)
    Process: 9120 ExecStartPre=/usr/sbin/nginx -t -q -g daemon on; master_process on; (code=exited, status=1/FAILURE)
        CPU: 8ms

mar 15 16:52:01 www nginx[9120]: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)
mar 15 16:52:01 www systemd[1]: nginx.service: Failed with result 'exit-code'.
`
  expect(parseUnitStatus(text)).toMatchObject({
    activeState: 'failed',
    subState: 'failed',
    result: 'exit-code',
    exitStatus: 1,
    enabled: 'disabled',
    since: 'Wed 2023-03-15 16:52:01 CET',
  })
})

test('a service that begins again and again tells how often', () => {
  const text = `● web.service - My web application
     Loaded: loaded (/etc/systemd/system/web.service; enabled; preset: enabled)
     Active: activating (auto-restart) (Result: exit-code) since Wed 2023-03-15 16:52:01 CET; 1s ago
    Process: 9200 ExecStart=/opt/web/run (code=exited, status=203/EXEC)
   Main PID: 9200 (code=exited, status=203/EXEC)

mar 15 16:52:01 www systemd[1]: web.service: Scheduled restart job, restart counter is at 7.
mar 15 16:52:01 www systemd[1]: web.service: Scheduled restart job, restart counter is at 8.
`
  expect(parseUnitStatus(text)).toMatchObject({
    activeState: 'activating',
    subState: 'auto-restart',
    result: 'exit-code',
    exitStatus: 203,
    restarts: 8,
  })
})

test('a service that a signal ended has no exit status', () => {
  const text = `● web.service
   Loaded: loaded (/etc/systemd/system/web.service; static)
   Active: failed (Result: oom-kill) since Wed 2023-03-15 16:52:01 CET; 1s ago
   Main PID: 9200 (code=killed, signal=KILL)
`
  expect(parseUnitStatus(text)).toMatchObject({
    result: 'oom-kill',
    mainPid: null,
    exitStatus: null,
    enabled: 'static',
    journal: [],
  })
})

test('a unit that is masked, or of which only the name is known', () => {
  const masked = `○ apache2.service
     Loaded: masked (Reason: Unit apache2.service is masked.)
     Active: inactive (dead)
`
  expect(parseUnitStatus(masked)).toMatchObject({
    loadState: 'masked',
    activeState: 'inactive',
    subState: 'dead',
    enabled: 'masked',
    since: null,
  })
  const gone = `● old.service
   Loaded: not-found (Reason: No such file or directory)
   Active: inactive (dead)
`
  expect(parseUnitStatus(gone)).toMatchObject({ loadState: 'not-found', enabled: null })
})

test('a unit that could not be found is an answer', () => {
  expect(parseUnitStatus('Unit nope.service could not be found.\n')).toMatchObject({
    name: 'nope.service',
    loadState: 'not-found',
    activeState: 'inactive',
  })
})

test('a system without systemd, and other text, are none', () => {
  const text =
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n"
  expect(parseUnitStatus(text)).toBeNull()
  expect(parseUnitStatus('● docker.service - Docker\n')).toBeNull()
  expect(parseUnitStatus('')).toBeNull()
})

test('any text is survived', () => expectSurvival(({ stdout }) => parseUnitStatus(stdout), docker))
