import { expect, test } from 'vitest'
import { complaintOf } from '../../src/facts/log-complaint.ts'

test.for([
  ['2026/11/28 01:42:13 [crit] 9#9: accept4() failed (24: Too many open files)', 'files'],
  ['[alert] 9#9: 64 worker_connections are not enough', 'connections'],
  ['[mpm_event:error] [pid 9] AH00484: server reached MaxRequestWorkers setting', 'connections'],
  ['FATAL:  sorry, too many clients already', 'connections'],
  ['write error: No space left on device', 'disk'],
  ['kernel: Out of memory: Killed process 77 (nginx)', 'memory'],
  ['nginx.service: A process of this unit has been killed by the OOM killer.', 'memory'],
  ['sshd[9]: refused connect from h.example (192.0.2.10)', 'access-list'],
  ['audit: type=1400 apparmor="DENIED" operation="open" profile="nginx"', 'confined'],
  ['type=AVC msg=audit(1): avc:  denied  { name_bind } for pid=9', 'confined'],
  ['[error] 9#9: *1 open() "/srv/x" failed (13: Permission denied)', 'denied'],
  ['[error] 9#9: *1 connect() to unix:/run/php.sock failed (2: No such file)', 'upstream'],
  ['[notice] 9#9: a, request: "GET /too many open files HTTP/1.1", host: "x"', null],
  ['[emerg] 9#9: bind() to 0.0.0.0:80 failed (98: Address already in use)', 'address-in-use'],
  ['[emerg] 9#9: unknown directive "servre" in /etc/nginx/nginx.conf:3', 'configuration'],
  ['/etc/ssh/sshd_config: line 123: Bad configuration option: Foo', 'configuration'],
  ['sshd[9]: Failed password for root from 192.0.2.10 port 9 ssh2', 'login'],
  ['systemd[1]: nginx.service: Main process exited, code=exited, status=1/FAILURE', 'crash'],
  ['Server listening on 0.0.0.0 port 22.', null],
  ['[notice] 9#9: start worker processes', null],
  ['GET /error HTTP/1.1', null],
] as const)('%s', ([line, complaint]) => {
  expect(complaintOf(line)).toBe(complaint)
})
