/** Diagnoses written by hand, one for each kind of end that a check can come to. */
import type {
  Diagnosis,
  Evidence,
  Finding,
  Layer,
  Remedy,
  Verdict,
} from '../../src/diagnose/diagnosis.ts'

type Told = Partial<Finding> & Pick<Finding, 'id' | 'layer' | 'summary'>

const finding = (told: Told): Finding => ({
  side: 'client',
  host: told.side === 'server' ? 'server' : 'client',
  question: 'What is asked?',
  status: 'pass',
  cause: null,
  explainedBy: null,
  tookMs: 1,
  evidence: [],
  ...told,
})

const evidence = (
  host: string,
  source: string,
  command: string,
  lines: readonly string[],
): Evidence => ({ host, source, command, lines })

const pass = (layer: Layer, id: string, summary: string, side: Finding['side'] = 'client') =>
  finding({ id, layer, summary, side })

const sound = (side: 'client' | 'server', device: string, address: string): Finding[] => [
  pass(1, 'physical.device', `${device} is a network device`, side),
  pass(1, 'physical.carrier', `${device} has a carrier`, side),
  pass(2, 'link.up', `${device} is up`, side),
  pass(2, 'link.errors', 'no errors were counted', side),
  pass(3, 'network.address', `${device} has ${address}/24`, side),
]

const clientSide: Finding[] = [
  ...sound('client', 'eth0', '10.0.1.2'),
  pass(3, 'network.route', '10.0.2.2 is reached by 10.0.1.1 on eth0'),
  pass(3, 'name.resolve', 'www.lab.example is 10.0.2.2'),
]

const held: Verdict = {
  state: 'reachable',
  cause: null,
  layer: null,
  side: null,
  confidence: null,
  summary: 'www.lab.example answered as expected over HTTP in 9 ms.',
  place: null,
  candidates: [],
  excluded: [],
  remedies: [],
  behind: [],
  unreached: [],
}

export const healthy: Diagnosis = {
  schema: 'rungs.diagnosis/1',
  tool: 'rungs 0.1.0',
  privilege: 'root',
  target: { input: 'http://www.lab.example', scheme: 'http', host: 'www.lab.example', port: 80 },
  client: { name: 'client', address: '10.0.1.2' },
  server: { name: 'server', address: '10.0.2.2', access: 'netns://server' },
  routers: [],
  startedAt: '2026-11-21T09:00:00.000Z',
  durationMs: 41.4,
  attempts: [
    {
      address: '10.0.2.2',
      family: 4,
      outcome: 'answered',
      errno: null,
      used: true,
      phases: { resolveMs: 2.13, connectMs: 0.4, tlsMs: null, firstByteMs: 3 },
    },
  ],
  contrasts: [],
  verdict: held,
  findings: [
    ...clientSide,
    pass(4, 'transport.port', '10.0.2.2 accepts connections on port 80'),
    finding({
      id: 'session.stays',
      layer: 5,
      summary: 'HTTP has no session of its own',
      status: 'skip',
    }),
    pass(7, 'application.reply', 'HTTP/1.1 200 OK'),
    ...sound('server', 'eth0', '10.0.2.2'),
    pass(4, 'transport.listener', 'nginx listens on 0.0.0.0:80', 'server'),
    pass(7, 'service.unit', 'nginx.service is active', 'server'),
  ],
  unknowns: [],
}

const startIt: Remedy = {
  host: 'server',
  command: 'systemctl start nginx',
  why: 'nginx.service is stopped; once it runs it listens on port 80 again.',
  risk: 'none beyond what nginx serves',
  undo: 'systemctl stop nginx',
  persist: 'systemctl enable nginx',
  turnsGreen: 'transport.port',
}

export const refused: Diagnosis = {
  ...healthy,
  durationMs: 38,
  attempts: [
    {
      address: '10.0.2.2',
      family: 4,
      outcome: 'refused',
      errno: 'ECONNREFUSED',
      used: false,
      phases: { resolveMs: 2, connectMs: 0.31, tlsMs: null, firstByteMs: null },
    },
  ],
  verdict: {
    ...held,
    state: 'unreachable',
    cause: 'service.stopped',
    layer: 7,
    side: 'server',
    confidence: 'proven',
    summary: 'nginx is stopped on the server, so nothing listens on port 80.',
    candidates: [{ cause: 'service.stopped', side: 'server', tellApart: null }],
    excluded: [
      {
        cause: 'firewall.ingress-reset',
        because: 'no rule of the server rejects with a reset, and nothing listens',
      },
      { cause: 'tcp.bound-to-loopback', because: 'nothing listens on port 80 at all' },
    ],
    remedies: [startIt],
  },
  findings: [
    ...clientSide,
    finding({
      id: 'transport.port',
      layer: 4,
      status: 'fail',
      cause: 'tcp.no-listener',
      explainedBy: 'service.stopped',
      question: 'Does the server answer on port 80?',
      summary: '10.0.2.2 refuses connections on port 80',
      evidence: [
        evidence('client', 'probe', 'nc -vz -w 3 10.0.2.2 80', [
          'connect to 10.0.2.2 port 80 (tcp) failed: Connection refused',
        ]),
      ],
    }),
    ...sound('server', 'eth0', '10.0.2.2'),
    finding({
      id: 'transport.listener',
      layer: 4,
      side: 'server',
      status: 'fail',
      cause: 'tcp.no-listener',
      explainedBy: 'service.stopped',
      summary: 'nothing listens on port 80',
      evidence: [evidence('server', 'ss', 'ss -H -tlnp', ['LISTEN 0 128 0.0.0.0:22 0.0.0.0:*'])],
    }),
    finding({
      id: 'service.unit',
      layer: 7,
      side: 'server',
      status: 'fail',
      cause: 'service.stopped',
      question: 'Does the service run?',
      summary: 'nginx.service is inactive (dead)',
      evidence: [
        evidence('server', 'systemctl', 'systemctl show nginx', [
          'ActiveState=inactive',
          'SubState=dead',
        ]),
      ],
    }),
  ],
}

export const dropped: Diagnosis = {
  ...healthy,
  durationMs: 3120,
  server: null,
  privilege: 'user',
  attempts: [
    {
      address: '10.0.2.2',
      family: 4,
      outcome: 'timeout',
      errno: 'ETIMEDOUT',
      used: false,
      phases: { resolveMs: 2, connectMs: null, tlsMs: null, firstByteMs: null },
    },
  ],
  verdict: {
    ...held,
    state: 'unreachable',
    cause: 'firewall.ingress-drop',
    layer: 4,
    side: 'server',
    confidence: 'likely',
    summary: 'Nothing answers on port 80 of 10.0.2.2, which answers ping: a firewall drops it.',
    candidates: [
      {
        cause: 'firewall.ingress-drop',
        side: 'server',
        tellApart: {
          host: 'server',
          command: "tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0 and port 80'",
          shows: 'the SYNs arrive and are not answered',
        },
      },
      {
        cause: 'firewall.path-drop',
        side: 'path',
        tellApart: {
          host: 'server',
          command: "tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0 and port 80'",
          shows: 'no SYN arrives',
        },
      },
    ],
    excluded: [
      { cause: 'firewall.egress-drop', because: 'the SYNs were counted on the way out of eth0' },
      { cause: 'route.gateway-dead', because: '10.0.1.1 answers ARP' },
    ],
    remedies: [
      {
        host: 'server',
        command: 'nft -a list ruleset',
        why: 'The rule that drops port 80 has to be found first.',
        risk: 'none, it only reads',
        undo: null,
        persist: null,
        turnsGreen: 'transport.port',
      },
    ],
  },
  findings: [
    ...clientSide,
    finding({
      id: 'transport.port',
      layer: 4,
      status: 'fail',
      cause: 'firewall.ingress-drop',
      question: 'Does the server answer on port 80?',
      summary: 'three SYNs to 10.0.2.2 port 80 were not answered within 3 s',
      tookMs: 3004,
      evidence: [
        {
          host: 'client',
          source: 'probe',
          command: 'nc -vz -w 3 10.0.2.2 80',
          lines: ['nc: connect to 10.0.2.2 port 80 (tcp) timed out: Operation now in progress'],
          delta: { name: 'TcpExtTCPTimeouts', before: 4, after: 6 },
        },
      ],
    }),
    finding({
      id: 'path.ping',
      layer: 3,
      side: 'path',
      status: 'pass',
      summary: '10.0.2.2 answers ping in 0.2 ms',
    }),
  ],
  unknowns: [
    { id: 'server', because: 'no access to the server was given', needs: '--server HOST' },
    { id: 'firewall.local', because: 'nft needs root', needs: 'root' },
  ],
}

export const degraded: Diagnosis = {
  ...healthy,
  attempts: [
    {
      address: '2001:db8:2::2',
      family: 6,
      outcome: 'unreachable',
      errno: 'ENETUNREACH',
      used: false,
      phases: { resolveMs: 2, connectMs: null, tlsMs: null, firstByteMs: null },
    },
    ...healthy.attempts,
  ],
  verdict: {
    ...held,
    state: 'degraded',
    cause: 'address.ipv6-broken',
    layer: 3,
    side: 'client',
    confidence: 'proven',
    summary: 'IPv4 works; IPv6 fails, since the client has no IPv6 route.',
    candidates: [{ cause: 'address.ipv6-broken', side: 'client', tellApart: null }],
    remedies: [
      {
        host: 'client',
        command: 'ip -6 route add default via fe80::1 dev eth0',
        why: 'The client has an IPv6 address and no way out.',
        risk: 'none while there is no other IPv6 route',
        undo: 'ip -6 route del default via fe80::1 dev eth0',
        persist: 'accept router advertisements, or add it to /etc/network/interfaces',
        turnsGreen: 'network.route',
      },
    ],
  },
  findings: [
    ...healthy.findings,
    finding({
      id: 'network.route',
      layer: 3,
      status: 'warn',
      cause: 'address.ipv6-broken',
      summary: 'there is no route to 2001:db8:2::2',
      evidence: [
        evidence('client', 'ip', 'ip route get 2001:db8:2::2', [
          'RTNETLINK answers: Network is unreachable',
        ]),
      ],
    }),
  ],
}

export const undetermined: Diagnosis = {
  ...dropped,
  attempts: [],
  verdict: {
    ...held,
    state: 'undetermined',
    summary: 'The name could be resolved, but no connection could be tried before the time was up.',
  },
  findings: [
    finding({
      id: 'physical.device',
      layer: 1,
      status: 'unknown',
      summary: 'neither /sys nor ip could be read',
    }),
  ],
  unknowns: [
    { id: 'physical.device', because: 'neither /sys nor ip could be read', needs: 'iproute2' },
    { id: 'transport.port', because: 'the time was up', needs: null },
  ],
}

/** Names and rules as long as they come: nothing may break the frame, and a command stays whole. */
export const long: Diagnosis = {
  ...refused,
  target: {
    input: `https://${'very-long-label.'.repeat(12)}example.org/with/a/path`,
    scheme: 'https',
    host: `${'very-long-label.'.repeat(12)}example.org`,
    port: 443,
  },
  attempts: Array.from({ length: 9 }, (_, index) => ({
    address: `2001:db8:1111:2222:3333:4444:5555:${index}`,
    family: 6,
    outcome: 'timeout',
    errno: 'ETIMEDOUT',
    used: false,
    phases: { resolveMs: 1234.5, connectMs: 10000, tlsMs: 10000, firstByteMs: 10000 },
  })),
  routers: [{ name: 'edge', access: 'ssh://root@edge' }],
  verdict: {
    ...refused.verdict,
    summary: `${'The rule that decides is a long one and so is this sentence. '.repeat(4)}日本語 stands in it.`,
    place: {
      host: 'server',
      interface: 'enp0s31f6',
      hop: null,
      rule: {
        backend: 'nft',
        family: 'inet',
        table: 'filter',
        chain: 'input',
        handle: 12,
        number: null,
        policy: false,
        text: `ip saddr { ${'192.0.2.0/24, '.repeat(12)}198.51.100.0/24 } tcp dport 443 counter packets 3 bytes 180 drop`,
      },
    },
    remedies: [
      {
        ...startIt,
        command: `nft insert rule inet filter input ip saddr { ${'192.0.2.0/24, '.repeat(6)}198.51.100.0/24 } tcp dport 443 accept`,
      },
    ],
  },
  findings: [
    ...refused.findings,
    finding({
      id: 'router.forward',
      layer: 3,
      side: 'path',
      host: 'edge',
      summary: `edge forwards ${'x'.repeat(200)}`,
      status: 'warn',
    }),
    finding({
      id: 'service.log',
      layer: 7,
      side: 'server',
      status: 'fail',
      cause: 'service.stopped',
      summary: 'the log names a reason',
      evidence: [
        evidence(
          'server',
          'journalctl',
          'journalctl -u nginx -n 20',
          Array.from({ length: 20 }, (_, line) => `line ${line} ${'word '.repeat(30)}`),
        ),
      ],
    }),
  ],
}

/** What a hostile server, resolver or host could put into any text. */
export const HOSTILE: string =
  '\u001b[2J\u001b]0;owned\u0007\r\n\u0000\u009b31m\u202egnp.exe\u2066\ud800'

export const hostile: Diagnosis = {
  ...refused,
  target: { input: HOSTILE, scheme: 'http', host: HOSTILE, port: 80 },
  client: { name: HOSTILE, address: HOSTILE },
  attempts: [
    { ...(refused.attempts[0] as Diagnosis['attempts'][0]), address: HOSTILE, errno: HOSTILE },
  ],
  verdict: {
    ...refused.verdict,
    summary: HOSTILE,
    remedies: [{ ...startIt, command: HOSTILE, undo: HOSTILE, why: HOSTILE }],
    excluded: [{ cause: 'tcp.no-listener', because: HOSTILE }],
  },
  findings: refused.findings.map((one) => ({
    ...one,
    summary: HOSTILE,
    evidence: [
      {
        host: HOSTILE,
        source: HOSTILE,
        command: HOSTILE,
        lines: [HOSTILE, HOSTILE],
        delta: { name: HOSTILE, before: 1, after: 0 },
      },
    ],
  })),
  unknowns: [{ id: HOSTILE, because: HOSTILE, needs: HOSTILE }],
}
