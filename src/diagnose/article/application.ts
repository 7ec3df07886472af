/** Articles on rung 7: the service and what it answers. */
import type { APPLICATION } from '../cause/application.ts'
import type { Articles } from './article.ts'

export const APPLICATION_ARTICLES: Articles<typeof APPLICATION> = {
  'service.stopped': {
    meaning: [
      'The service does not run: its unit is stopped or failed, its container exited, its process is gone.',
      'So nothing listens on the port, and the server’s kernel refuses.',
    ],
    proof:
      '`systemctl status UNIT` is inactive or failed, `docker ps -a` shows it exited, or no such process exists, and nothing listens on the port.',
    commands: ['systemctl start UNIT'],
    advice:
      'For a container, `docker start NAME`. Look into the log first if it failed, and enable it if it should start by itself.',
    apart: {
      'tcp.no-listener': 'that is named where it is not known which service should listen',
      'service.crash-loop': 'there it starts, and dies again',
    },
  },
  'service.crash-loop': {
    meaning: [
      'The service starts, fails, and is started again, over and over.',
      'Between two deaths it may answer, so that the trouble comes and goes.',
    ],
    proof:
      'The count of restarts grows, and the last exit (code, signal, out of memory) stands in the unit’s or container’s state.',
    commands: ['journalctl -u UNIT -n 50'],
    advice:
      'The last line before the exit is the one to mend: a configuration error, a missing file, a port that is taken.',
    apart: {
      'service.stopped': 'there nobody starts it again',
      'service.no-resources': 'there the log names what ran out',
    },
  },
  'service.no-resources': {
    meaning: [
      'The service runs, and has no disk, memory, file descriptors or connections left.',
      'It refuses, hangs or answers with errors, mostly under load.',
    ],
    proof:
      'One of them is at its limit: `df`, `free`, `/proc/PID/limits` against the number of `/proc/PID/fd`, or the service’s own count of connections.',
    commands: ['systemctl edit UNIT'],
    advice:
      'Raise the limit that is reached (`LimitNOFILE=`, `max_connections`), or free what fills it.',
    apart: {
      'service.rate-limited': 'there the limit is for this client only',
      'tcp.accept-queue-full': 'there the kernel’s queue is full, whatever the service has left',
    },
  },
  'service.denied': {
    meaning: [
      'The service understood the request and does not allow it.',
      'A rule of its own says so, or a security module of the system (SELinux, AppArmor).',
    ],
    proof: '401 or 403, 550 for relaying, or a denial in the audit log at the same second.',
    commands: ['ausearch -m avc -ts recent'],
    advice: 'Change the rule that the answer or the log names; do not switch the whole module off.',
    apart: {
      'session.login-refused': 'there the user is not accepted at all',
      'http.not-found': 'there the path does not exist',
    },
  },
  'service.rate-limited': {
    meaning: [
      'The service turns this client away because it asks too often.',
      'Others are served; after a while so is this one.',
    ],
    proof:
      'The service says so (429, 421, "too many connections"), or other sources pass at the same time.',
    commands: [],
    advice: 'Wait, as long as Retry-After says; then ask less often, or have the limit raised.',
    apart: {
      'firewall.banned': 'there packets are dropped before they reach the service',
      'service.no-resources': 'there everybody is turned away',
    },
  },
  'ssh.key-exchange': {
    meaning: [
      'The two ends of SSH find no common algorithm, or the host key is not the one that is known.',
      'An old device with a new client is the usual pair; a changed key means a new machine or an attack.',
    ],
    proof:
      'The lists of the two KEXINIT messages (RFC 4253 §7.1) have no common entry, or the offered key differs from the line in `known_hosts`.',
    commands: ['ssh -o KexAlgorithms=+ALGORITHM HOST', 'ssh-keygen -R HOST'],
    advice: 'The second only after the new fingerprint was compared over another way.',
    apart: { 'session.login-refused': 'there the keys are agreed, and the user is refused' },
  },
  'service.wrong-protocol': {
    meaning: [
      'A service answers on the port, but another one than was expected.',
      'The port was reused, the scheme is wrong, or a multiplexer sends the connection elsewhere.',
    ],
    proof:
      'The greeting or the answer is that of another protocol, such as an SSH banner on port 443.',
    commands: ['ss -tlnp'],
    advice:
      'Use the port or the scheme of the service that is meant, or move the one that took the port.',
    apart: {
      'tls.not-tls': 'there it is the right service without TLS',
      'firewall.redirect': 'there a rule leads to the other service',
    },
  },
  'http.server-error': {
    meaning: [
      'The application itself failed while it made the answer.',
      'Network, TLS and web server work: this error came through all of them.',
    ],
    proof: 'A 5xx that a front server did not make because of its backend: mostly 500.',
    commands: ['journalctl -u UNIT --since -5min'],
    advice: 'The application’s log has the reason at that second.',
    apart: {
      'http.upstream-down': 'there the front says that its backend is the trouble (502, 503, 504)',
    },
  },
  'http.upstream-down': {
    meaning: [
      'A front server (nginx, a load balancer) works, and the backend behind it does not answer.',
      '502 and 503 mean that it refuses or is gone, 504 that it is too slow.',
    ],
    proof: '502, 503 or 504 from the front, and its own connection to the backend fails.',
    commands: ['curl -sv http://BACKEND:PORT/'],
    advice: 'Run it on the front server; whatever it says is the next thing to mend.',
    apart: { 'http.server-error': 'there the backend answers, and fails' },
  },
  'http.redirect-loop': {
    meaning: [
      'The server sends the client from one address to another and back again.',
      'A front that ends TLS, with an application that insists on https, is the classic.',
    ],
    proof:
      'The chain of Location headers comes back to an address that was visited, or does not end.',
    commands: ['curl -sIL --max-redirs 10 URL'],
    advice:
      'Let the front say which scheme was used (`X-Forwarded-Proto`), or remove one of the two rules.',
    apart: { 'http.not-found': 'there the chain ends, at a page that does not exist' },
  },
  'http.not-found': {
    meaning: [
      'The web server works, and knows no such path or no such virtual host.',
      'A wrong path, a deployment to another place, or a name that is not configured there.',
    ],
    proof: '404 or 421 from the expected server, or the default page of another virtual host.',
    commands: ['curl -sI -H "Host: NAME" http://ADDRESS/PATH'],
    advice:
      'If another name or path works, the service is fine, and the virtual host or the path is to be mended.',
    apart: { 'service.denied': 'there the page exists and is not allowed' },
  },
  'ftp.data-channel': {
    meaning: [
      'Login and commands work, and each listing or transfer hangs: FTP opens a second connection for data.',
      'Behind NAT the server names a private address for it, or the firewall lets only port 21 in.',
    ],
    proof:
      'The control connection answers, and the address and port that 227 or 229 names cannot be reached.',
    commands: ['echo pasv_address=PUBLIC >> /etc/vsftpd.conf'],
    advice:
      'Fix the range of passive ports as well (`pasv_min_port`, `pasv_max_port`) and open it; or use EPSV, or sftp.',
    apart: { 'session.login-refused': 'there already the login fails' },
  },
  'smtp.refused': {
    meaning: [
      'The mail server answers, and refuses the client, the sender or the recipient.',
      '4xx means later, 5xx means never; the enhanced code after it says why (RFC 3463).',
    ],
    proof: 'The reply begins with 4 or 5, mostly with an enhanced code such as 5.7.1.',
    commands: ['swaks --to RECIPIENT --server HOST'],
    advice:
      'What the code names is to be mended: reverse DNS, SPF, a block list, a full mailbox, greylisting (then wait).',
    apart: { 'service.denied': 'there relaying is what is refused' },
  },
}
