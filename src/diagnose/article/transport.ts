/** Articles on rung 4: ports, and the sockets behind them. */
import type { TRANSPORT } from '../cause/transport.ts'
import type { Articles } from './article.ts'

export const TRANSPORT_ARTICLES: Articles<typeof TRANSPORT> = {
  'tcp.no-listener': {
    meaning: [
      'The server is there, and no process listens on the port, so its kernel refuses the connection.',
      'The service is not started, listens on another port, or lives in another network namespace.',
    ],
    proof: 'The SYN is answered by RST, and `ss -tln` on the server lists no socket for the port.',
    commands: ['ss -tlnp', 'systemctl start UNIT'],
    advice: 'Compare the port in the configuration of the service with the one that is asked for.',
    apart: {
      'firewall.ingress-reset': 'there a socket listens, and a rule sends the reset in its place',
      'tcp.bound-to-loopback': 'there the port is open, for the server itself only',
      'firewall.path-reset': 'there the reset comes from a machine between the two',
    },
  },
  'tcp.bound-to-loopback': {
    meaning: [
      'The service runs and listens on 127.0.0.1 or ::1 only.',
      'On the server everything works; from elsewhere the port is refused.',
    ],
    proof: '`ss -tln` shows the port on a loopback address, and on no other.',
    commands: ['ss -tlnp'],
    advice:
      'Bind it to 0.0.0.0 or ::, or to the address that clients use (`listen`, `bind-address`, `listen_addresses`), and restart it. Ask first whether it was meant to be local.',
    apart: {
      'tcp.no-listener': 'there nothing listens on any address',
      'tcp.bound-elsewhere': 'there it listens on another outer address',
    },
  },
  'tcp.bound-elsewhere': {
    meaning: [
      'The service listens, but not where the client knocks: another address, family or port.',
      'A changed address, or a service that serves IPv4 only, lead to this.',
    ],
    proof:
      '`ss -tln` shows the service on another address, family or port, and nothing on the one asked for.',
    commands: ['ss -tlnp'],
    advice:
      'Mend the address or the port in its configuration and restart it, or ask for the right one.',
    apart: {
      'tcp.bound-to-loopback': 'there the address is loopback',
      'service.stopped': 'there the service does not run',
    },
  },
  'tcp.accept-queue-full': {
    meaning: [
      'The service does not take its connections fast enough, and the kernel drops new ones.',
      'Clients connect after seconds, or time out; the machine is otherwise fine.',
    ],
    proof:
      'For the listening socket, `ss -tln` shows Recv-Q above Send-Q, and `TcpExtListenOverflows` grows.',
    commands: ['sysctl -w net.core.somaxconn=NUMBER'],
    advice:
      'A longer queue only buys time: find out why the service accepts slowly. It has to be restarted to use a larger one.',
    apart: {
      'tcp.frozen': 'there the process has stopped, and the full queue is a consequence',
      'firewall.ingress-drop': 'there a rule counts the packets',
    },
  },
  'tcp.ports-exhausted': {
    meaning: [
      'This host has no local port left for another connection to that destination.',
      'A program that opens and closes connections quickly fills the range with sockets in TIME-WAIT.',
    ],
    proof:
      'A connect fails with EADDRNOTAVAIL at once, and `ss -tan` shows the range of `ip_local_port_range` used up.',
    commands: ["sysctl -w net.ipv4.ip_local_port_range='1024 65535'"],
    advice: 'Better let the program keep its connections alive, or use a pool.',
    apart: {
      'route.none': 'there the error is ENETUNREACH',
      'firewall.egress-reject': 'there a rule of this host causes the error',
    },
  },
  'tcp.frozen': {
    meaning: [
      'The port accepts connections, and nobody behind it reads: the kernel shakes hands by itself.',
      'The process is stopped, hangs in the kernel, or waits for something that does not come.',
    ],
    proof:
      'The connection stands and no byte comes; the listening socket’s Recv-Q is 1 or more and grows, and the process is in state T or D, or in S and never wakes.',
    commands: ['kill -CONT PID'],
    advice:
      'That helps a stopped process (T); one in D waits for a disk or a file server, any other has to be restarted. Take a stack first: `cat /proc/PID/stack`.',
    apart: {
      'service.slow-greeting': 'there the greeting comes, after seconds',
      'mtu.black-hole': 'there small answers arrive',
      'tcp.accept-queue-full': 'there the process runs, only too slowly',
    },
  },
  'service.slow-greeting': {
    meaning: [
      'The service answers, but only after some seconds.',
      'Mail, FTP and SSH servers often look up the client’s name first and wait for a resolver; or all workers are busy.',
    ],
    proof:
      'The connection stands within a round trip, and the first byte of the service comes seconds later.',
    commands: ['dig -x CLIENT'],
    advice:
      'Run it on the server: if it is slow there, mend the resolver, or switch the lookup off (`UseDNS no`).',
    apart: {
      'tcp.frozen': 'there nothing ever comes',
      'path.slow': 'there the handshake is slow as well',
    },
  },
  'tcp.zero-window': {
    meaning: [
      'The receiver has closed its window and keeps it closed: it has no room for more data.',
      'Its application does not read; the network is innocent.',
    ],
    proof:
      'The peer goes on acknowledging with a window of 0, in a capture or by `TcpExtTCPFromZeroWindowAdv` and `TcpExtTCPWantZeroWindowAdv`.',
    commands: ["ss -tnp 'dport = :PORT or sport = :PORT'"],
    advice: 'The process whose Recv-Q is full is the one to look at.',
    apart: {
      'tcp.stalled': 'there no acknowledgement comes',
      'tcp.frozen': 'there the process never read anything',
    },
  },
  'tcp.stalled': {
    meaning: [
      'The same data is sent again and again and never acknowledged.',
      'The connection once worked; now the way there or the way back is cut.',
    ],
    proof:
      'Retransmissions of one segment with growing pauses, and no acknowledgement: `ss -ti` shows backoff.',
    commands: ["ss -tinp 'dst ADDRESS'"],
    advice:
      'Find out whether size (mtu.black-hole), loss (path.loss) or a firewall that forgot the connection is behind it.',
    apart: {
      'tcp.zero-window': 'there the peer acknowledges and asks to wait',
      'mtu.black-hole': 'there only large segments are concerned',
    },
  },
  'tcp.idle-cut': {
    meaning: [
      'Something between the two forgets connections that are quiet for a while.',
      'They work, rest, and the next data gets a reset or no answer.',
    ],
    proof:
      'Data after a pause of N is answered by RST or not at all, while data after a shorter pause passes.',
    commands: ['sysctl -w net.ipv4.tcp_keepalive_time=SECONDS'],
    advice:
      'The time must be shorter than N, and the program has to ask for keep-alive (`ServerAliveInterval` for ssh).',
    apart: { 'tcp.reset': 'there the reset does not depend on a pause' },
  },
  'tcp.reset': {
    meaning: [
      'The connection stands, data flows, and then one side tears it down by a reset.',
      'The application crashed or closed with unread data, or a middlebox dislikes what it read.',
    ],
    proof:
      'RST after data; its TTL, compared with that of the other packets, and the server’s tracepoint tell who sent it.',
    commands: ["tcpdump -ni IF 'tcp[tcpflags] & tcp-rst != 0 and host ADDRESS'"],
    advice: 'If the server sent it, its log says why; if not, the owner of the middlebox has to.',
    apart: {
      'session.accepted-then-closed': 'there it is closed before any byte',
      'tcp.idle-cut': 'there it comes only after a pause',
    },
  },
  'udp.port-unreachable': {
    meaning: [
      'The server says by ICMP that no process has opened the UDP port.',
      'The service does not run, or uses another port.',
    ],
    proof: 'ICMP 3/3 (IPv6: 1/4) comes from the server itself, and `ss -uln` lists no such port.',
    commands: ['ss -ulnp', 'systemctl start UNIT'],
    advice: 'Silence would prove nothing: UDP services answer only what they understand.',
    apart: { 'firewall.ingress-reject': 'there a socket is open, and a rule sends the ICMP error' },
  },
}
