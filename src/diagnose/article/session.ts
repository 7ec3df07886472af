/** Articles on rung 5: connections that are accepted and go no further, proxies and portals. */
import type { SESSION } from '../cause/session.ts'
import type { Articles } from './article.ts'

export const SESSION_ARTICLES: Articles<typeof SESSION> = {
  'session.accepted-then-closed': {
    meaning: [
      'The server accepts the connection and closes it at once, without a single byte.',
      'An access list such as `hosts.deny`, a limit on connections, or a worker that crashes at its start does this.',
      'A packet filter does not: it would never have let the handshake pass.',
    ],
    proof:
      'Handshake, then FIN or RST from the server before it has sent anything, while it greets other clients.',
    commands: ["echo 'SERVICE: CLIENT' >> /etc/hosts.allow"],
    advice:
      'If no access list denies it, look at `MaxStartups` and the like, then at the log of the service at that second.',
    apart: {
      'tcp.reset': 'there data had flowed before',
      'tcp.no-listener': 'there the connection is never accepted',
    },
  },
  'session.login-refused': {
    meaning: [
      'The service works, and refuses this user or this key.',
      'Everything below is proven to be fine by that answer.',
    ],
    proof:
      'The service says so: 530, 535, `Permission denied`, or an authentication error of the database.',
    commands: [],
    advice:
      'Check name, password or key, and whether the account is locked; the server’s log tells which of them it was.',
    apart: { 'service.denied': 'there the user is known and may not do this' },
  },
  'proxy.broken': {
    meaning: [
      'The environment tells programs to use a proxy, and the proxy fails.',
      'Programs that obey it cannot get out, others can: the same host seems online and offline at once.',
    ],
    proof:
      '`http_proxy`, `https_proxy` or `all_proxy` is set; by the proxy the request fails, and without it the server answers.',
    commands: ['unset http_proxy https_proxy all_proxy'],
    advice:
      'Or mend the proxy, if direct access is not meant to be; `no_proxy` exempts single hosts.',
    apart: { 'proxy.required': 'there it is the direct way that fails' },
  },
  'proxy.required': {
    meaning: [
      'This network lets nobody out directly; only its proxy leads to the Internet.',
      'Programs that do not know the proxy time out.',
    ],
    proof: 'The direct way fails, and the same request by the proxy is answered.',
    commands: ['export https_proxy=http://PROXY:PORT'],
    advice:
      'Each program has its own setting: for apt `Acquire::http::Proxy`, for git `http.proxy`.',
    apart: { 'firewall.path-drop': 'there no proxy leads out either' },
  },
  'portal.captive': {
    meaning: [
      'The network answers web requests by itself until somebody logs in on its page.',
      'Instead of the server its portal is seen: a redirect, or a certificate for another name.',
    ],
    proof:
      'A page with a known answer (such as `http://detectportal.firefox.com/success.txt`) is answered by a redirect to another site.',
    commands: [],
    advice: 'Open any plain http page in a browser and log in.',
    apart: {
      'tls.intercepted': 'there the server does answer, through something that opens its TLS',
      'dns.wrong-answer': 'there a wrong address is the reason, for this name only',
    },
  },
}
