import { describe, expect, test } from 'vitest'
import { isCauseCode } from '../../src/diagnose/cause.ts'
import { tellStory } from '../../src/flow/story.ts'
import type { Story, StoryName } from '../../src/flow/story-word.ts'
import { OPEN, played, told } from './telling.ts'

type Case = {
  readonly title: string
  readonly text: string
  readonly name: StoryName
  readonly causes: readonly string[]
  readonly fault: boolean
  readonly closing: string
  readonly says: RegExp
  readonly proof: readonly number[]
}

const DATA = `${OPEN}
30 > P. 1 ack 1 len 10
50 < . 1 ack 11
60 < P. 1 ack 11 len 100
61 > . 11 ack 101`

const CASES: readonly Case[] = [
  {
    title: 'closed in order by the client',
    text: `${DATA}
70 > F. 11 ack 101
90 < F. 101 ack 12
91 > . 12 ack 102`,
    name: 'closed',
    causes: [],
    fault: false,
    closing: 'client fin',
    says: /^closed in order after 91 ms, the client first: 10 bytes to the server, 100 bytes back$/,
    proof: [8, 9],
  },
  {
    title: 'open at the end of the capture',
    text: DATA,
    name: 'open',
    causes: [],
    fault: false,
    closing: 'null null',
    says: /^still open when the capture ends/,
    proof: [3, 7],
  },
  {
    title: 'half closed',
    text: `${DATA}\n70 > F. 11 ack 101\n90 < . 101 ack 12`,
    name: 'open',
    causes: [],
    fault: false,
    closing: 'client half-close',
    says: /^half closed: the client has sent its FIN/,
    proof: [3, 9],
  },
  {
    title: 'refused three times, as by a host without the service',
    text: `0 > S 0
0.2 < R. 0 ack 1
500 > S 0
500.1 < R. 0 ack 1
1000 > S 0
1000.1 < R. 0 ack 1`,
    name: 'refused',
    causes: ['tcp.no-listener', 'firewall.ingress-reset', 'firewall.path-reset'],
    fault: true,
    closing: 'server reset',
    says: /^the SYN was answered by an RST after 200 µs, 3 times in all$/,
    proof: [1, 2],
  },
  {
    title: 'refused by a rule, whose RST does not reflect the TOS',
    text: '0 > S 0 tos 16\n20 < R. 0 ack 1 tos 0',
    name: 'refused',
    causes: ['firewall.ingress-reset', 'firewall.path-reset', 'tcp.no-listener'],
    fault: true,
    closing: 'server reset',
    says: /does not reflect the TOS/,
    proof: [1, 2],
  },
  {
    title: 'unanswered, with the schedule of the SYNs',
    text: '0 > S 0\n3003 > S 0\n9012 > S 0',
    name: 'unanswered',
    causes: [
      'firewall.path-drop',
      'firewall.ingress-drop',
      'route.return-missing',
      'route.dead-end',
    ],
    fault: true,
    closing: 'null timeout',
    says: /^SYN at 0, 3\.0 and 9\.0 s, then no more: nothing came back$/,
    proof: [1, 2, 3],
  },
  {
    title: 'rejected by a router that forbids it',
    text: '0 > S 0\n4 icmp 3/13 from 10.0.0.1',
    name: 'rejected',
    causes: ['firewall.path-reject', 'firewall.forward-reject', 'route.rejecting'],
    fault: true,
    closing: 'path icmp',
    says: /ICMP communication administratively prohibited \(3\/13\) from 10\.0\.0\.1 after 4\.0 ms$/,
    proof: [1, 2],
  },
  {
    title: 'rejected by the server itself',
    text: '0 > S 0\n4 icmp 3/3 from 198.51.100.2',
    name: 'rejected',
    causes: ['firewall.ingress-reject'],
    fault: true,
    closing: 'server icmp',
    says: /port unreachable \(3\/3\) from 198\.51\.100\.2, the server itself/,
    proof: [1, 2],
  },
  {
    title: 'a SYN-ACK that does not reach the client',
    text: '0 > S 0\n20 < S. 0 ack 1\n1000 > S 0\n1020 < S. 0 ack 1',
    name: 'half-open',
    causes: [
      'firewall.path-drop',
      'firewall.ingress-drop',
      'route.asymmetric',
      'route.return-missing',
    ],
    fault: true,
    closing: 'null null',
    says: /the client sent its SYN again/,
    proof: [1, 2, 4],
  },
  {
    title: 'a scan that resets the SYN-ACK',
    text: '0 > S 0\n20 < S. 0 ack 1\n20.1 > R 1',
    name: 'half-open',
    causes: [],
    fault: false,
    closing: 'client reset',
    says: /^the client answered the SYN-ACK by an RST/,
    proof: [1, 2, 3],
  },
  {
    title: 'accepted, then closed after five seconds, as by tcp wrappers',
    text: `0 > S 0
0.3 < S. 0 ack 1
0.6 > . 1 ack 1
5013 < F. 1 ack 1
5014 > . 1 ack 2
5015 > F. 1 ack 2
5016 < . 2 ack 2`,
    name: 'accepted-then-closed',
    causes: ['session.accepted-then-closed', 'service.no-resources', 'service.crash-loop'],
    fault: true,
    closing: 'server fin',
    says: /^accepted, and closed by the server 5\.0 s later without a byte from it$/,
    proof: [2, 3, 4],
  },
  {
    title: 'accepted, then reset',
    text: `${OPEN}\n22 > P. 1 ack 1 len 6\n40 < R 1`,
    name: 'accepted-then-closed',
    causes: [
      'session.accepted-then-closed',
      'service.no-resources',
      'service.crash-loop',
      'tcp.reset',
    ],
    fault: true,
    closing: 'server reset',
    says: /reset by the server 19 ms later without a byte from it, 6 bytes of the client's unanswered/,
    proof: [2, 3, 5],
  },
  {
    title: 'reset by the server after data',
    text: `${DATA}\n80 < R. 101 ack 11`,
    name: 'reset',
    causes: ['tcp.reset'],
    fault: true,
    closing: 'server reset',
    says: /^reset by the server 80 ms after it began, .*; the RST is its own: its TTL is 64/,
    proof: [8],
  },
  {
    title: 'reset in the name of the server by something between',
    text: `${DATA}\n80 < R. 101 ack 11 ttl 250\n90 < P. 101 ack 11 len 5`,
    name: 'reset',
    causes: ['firewall.path-reset'],
    fault: true,
    closing: 'path reset',
    says: /^reset in the server's name .*goes on sending afterwards \(frame 9\); its TTL is 250, and 64/,
    proof: [8, 9],
  },
  {
    title: 'reset by the client, which may go whenever it wants',
    text: `${DATA}\n80 > R 11`,
    name: 'reset',
    causes: [],
    fault: false,
    closing: 'client reset',
    says: /^reset by the client/,
    proof: [8],
  },
  {
    title: 'reset right after a long rest',
    text: `${DATA}\n400000 > P. 11 ack 101 len 5\n400020 < R 101`,
    name: 'reset',
    causes: ['tcp.idle-cut', 'tcp.reset'],
    fault: true,
    closing: 'server reset',
    says: /right after a rest of 400 s/,
    proof: [8, 9],
  },
  {
    title: 'data that is never acknowledged',
    text: `${DATA}
100 > P. 11 ack 101 len 15
300 > P. 11 ack 101 len 15
700 > P. 11 ack 101 len 15
1500 > P. 11 ack 101 len 15`,
    name: 'stalled',
    causes: ['tcp.stalled', 'path.loss', 'firewall.path-drop'],
    fault: true,
    closing: 'null timeout',
    says: /^15 bytes of the client were sent at 0, 0\.20, 0\.60 and 1\.4 s and never acknowledged; nothing came from the server any more$/,
    proof: [8, 9, 10, 11],
  },
  {
    title: 'large segments that vanish while small ones pass',
    text: `${OPEN}
30 > P. 1 ack 1 len 10
50 < P. 1 ack 11 len 100
51 > . 11 ack 101
60 < . 101 ack 11 len 1448
300 < . 101 ack 11 len 1448
800 < . 101 ack 11 len 1448`,
    name: 'stalled',
    causes: ['mtu.black-hole', 'path.loss', 'tcp.stalled'],
    fault: true,
    closing: 'null timeout',
    says: /^1,448 bytes of the server .*; smaller segments pass, none of this size did$/,
    proof: [7, 8, 9],
  },
  {
    title: 'a window that stays shut',
    text: `${OPEN}
30 > P. 1 ack 1 len 1000
50 < . 1 ack 1001 win 0
250 > . 1000 ack 1
251 < . 1 ack 1001 win 0
5000 > . 1000 ack 1
5001 < . 1 ack 1001 win 0`,
    name: 'stalled',
    causes: ['tcp.zero-window', 'tcp.frozen'],
    fault: true,
    closing: 'null timeout',
    says: /^the server shut its window 50 ms after the beginning and had not opened it 5\.0 s later/,
    proof: [5, 9],
  },
  {
    title: 'a server that takes the question and says nothing',
    text: `${OPEN}
30 > P. 1 ack 1 len 10
50 < . 1 ack 11
5030 > F. 11 ack 1
5050 < F. 1 ack 12`,
    name: 'closed',
    causes: ['tcp.frozen', 'service.slow-greeting'],
    fault: true,
    closing: 'client fin',
    says: /^the server took 10 bytes and said nothing for 5\.0 s, then the client closed$/,
    proof: [3, 4, 6],
  },
  {
    title: 'the middle of a connection',
    text: '0 > P. 500 ack 900 len 10\n20 < . 900 ack 510',
    name: 'midstream',
    causes: [],
    fault: false,
    closing: 'null null',
    says: /^it was open before the capture began$/,
    proof: [1],
  },
  {
    title: 'one direction only',
    text: '0 > S 0\n20 > . 1 ack 1\n21 > P. 1 ack 1 len 10',
    name: 'midstream',
    causes: [],
    fault: false,
    closing: 'null null',
    says: /^only one direction was captured: nothing that 198\.51\.100\.2 sent$/,
    proof: [1],
  },
  {
    title: 'a question by UDP and its answer',
    text: '0 > udp len 30\n4 < udp len 90',
    name: 'closed',
    causes: [],
    fault: false,
    closing: 'null null',
    says: /^1 datagram, 1 answer, the first after 4\.0 ms$/,
    proof: [1, 2],
  },
  {
    title: 'a question to a name server without an answer',
    text: '0 > udp len 30 port 53\n5000 > udp len 30 port 53',
    name: 'unanswered',
    causes: [
      'dns.unreachable',
      'firewall.path-drop',
      'firewall.ingress-drop',
      'route.return-missing',
    ],
    fault: true,
    closing: 'null null',
    says: /^2 datagrams within 5\.0 s, and nothing came back$/,
    proof: [1, 2],
  },
  {
    title: 'a datagram to a port on which nothing listens',
    text: '0 > udp len 30\n2 icmp 3/3 from 198.51.100.2',
    name: 'rejected',
    causes: ['udp.port-unreachable', 'firewall.ingress-reject'],
    fault: true,
    closing: 'server icmp',
    says: /^1 datagram, answered by ICMP port unreachable/,
    proof: [1, 2],
  },
]

const causesOf = ({ suspects }: Story): string[] => suspects.map(({ cause }) => cause)

describe('the story', () => {
  test.for(CASES)('$title', ({ text, name, causes, fault, closing, says, proof }) => {
    const story = told(text)
    expect(story.summary).toMatch(says)
    expect([story.name, causesOf(story), story.fault]).toEqual([name, causes, fault])
    expect(`${story.closing.by} ${story.closing.how}`).toBe(closing)
    expect(story.proof).toEqual(proof)
  })
})

test('every cause that a story names is in the catalogue, at most four of them', () => {
  for (const { text } of CASES) {
    const causes = causesOf(told(text))
    expect(causes.length).toBeLessThanOrEqual(4)
    expect(causes.filter((cause) => !isCauseCode(cause))).toEqual([])
  }
})

test("an application's no is the reason where nothing below failed, and is said beside it otherwise", () => {
  const finding = { cause: 'http.not-found', sentence: 'GET /x was answered by 404', frames: [6] }
  const withAnswer = (text: string): Story =>
    played(text, (connection) => {
      connection.application = { finding: () => finding }
      return tellStory(connection)
    })
  const answered = withAnswer(`${DATA}\n70 > F. 11 ack 101\n90 < F. 101 ack 12`)
  expect([answered.name, answered.fault, causesOf(answered)]).toEqual([
    'closed',
    true,
    ['http.not-found'],
  ])
  expect(answered.summary).toMatch(/^GET \/x was answered by 404; closed in order/)
  expect(answered.proof).toEqual([6, 8, 9])
  const reset = withAnswer(`${DATA}\n80 < R. 101 ack 11`)
  expect(causesOf(reset)).toEqual(['tcp.reset'])
  expect(reset.summary).toMatch(/; GET \/x was answered by 404$/)
})

test('a data connection of FTP that failed is told as that, with what it failed by behind it', () => {
  const asData = (text: string): Story =>
    played(text, (connection) => {
      connection.service = 'ftp-data'
      return tellStory(connection)
    })
  const dropped = asData('0 > S 0\n1000 > S 0\n3000 > S 0')
  expect(causesOf(dropped)[0]).toBe('ftp.data-channel')
  expect(dropped.suspects.length).toBeGreaterThan(1)
  expect(dropped.summary).toMatch(/^FTP's data connection failed: SYN at 0, 1\.0 and 3\.0 s/)
  expect(causesOf(asData(DATA))).toEqual([])
})
