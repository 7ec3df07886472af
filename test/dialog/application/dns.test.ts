import { expect, test } from 'vitest'
import type { Decoder } from '../../../src/dialog/application/decoder.ts'
import { DNS, DNS_OVER_TCP } from '../../../src/dialog/application/dns.ts'
import { latin1 } from '../../../src/wire/bytes.ts'
import { type DnsMessage, dnsQuery, writeDns } from '../../../src/wire/dns.ts'
import { feed, inPieces, type Said, told } from './feed.ts'

const query = (id: number, name: string, type = 1): DnsMessage => dnsQuery({ id, name, type })
const words = (message: DnsMessage): string => latin1(writeDns(message))

const answer = (asked: DnsMessage, change: Partial<DnsMessage> = {}): string =>
  words({ ...asked, qr: true, ra: true, ...change })

const address = (name: string): DnsMessage['answers'] => [
  { name, type: 1, class: 1, ttlSeconds: 300, data: { kind: 'A', address: '192.0.2.7' } },
]

const one = query(1, 'www.example.org')
const other = query(2, 'mail.example.org')

const decoded = (lines: readonly Said[]): Decoder => {
  const decoder = DNS.open()
  feed(decoder, lines)
  return decoder
}

test('answers find their question by the id, in any order', () => {
  const decoder = decoded([
    ['>', words(one)],
    ['>', words(other)],
    ['<', answer(other, { rcode: 3 })],
    ['<', answer(one, { answers: address('www.example.org') })],
  ])
  expect(told(decoder)).toEqual([
    ['A www.example.org', 'NOERROR 192.0.2.7'],
    ['A mail.example.org', 'NXDOMAIN'],
  ])
  expect(decoder.log.kept.map(({ askedNs, answeredNs }) => answeredNs - askedNs)).toEqual([
    3e6, 1e6,
  ])
})

test.for([
  [3, 'dns.no-such-name'],
  [2, 'dns.server-error'],
  [5, 'dns.server-error'],
  [0, 'dns.no-address'],
] as const)('the code %i without a record supports %s', ([rcode, cause]) => {
  const decoder = decoded([
    ['>', words(one)],
    ['<', answer(one, { rcode })],
  ])
  expect(decoder.finding()).toMatchObject({ cause, frames: [2] })
})

test('an answer with records supports nothing, nor does a text that is not there', () => {
  expect(
    decoded([
      ['>', words(one)],
      ['<', answer(one, { answers: address('www.example.org') })],
    ]).finding(),
  ).toBeNull()
  const text = query(3, 'www.example.org', 16)
  expect(
    decoded([
      ['>', words(text)],
      ['<', answer(text)],
    ]).finding(),
  ).toBeNull()
})

test('a question that is asked again without an answer is one question', () => {
  const decoder = decoded([
    ['>', words(one)],
    ['>', words(one)],
    ['>', words(one)],
  ])
  expect(decoder.log.asked).toBe(1)
  expect(decoder.facts()).toEqual({ 'questions repeated': '2' })
  expect(decoder.finding()).toMatchObject({
    cause: 'dns.unreachable',
    sentence: 'the question A www.example.org got no answer, asked 3 times',
  })
})

test.for([1, 3, 1000])(
  'over TCP the messages are found by their lengths (pieces of %i)',
  (size) => {
    const framed = (text: string): string => `\0${String.fromCharCode(text.length)}${text}`
    const lines: Said[] = [
      ['>', framed(words(one)) + framed(words(other))],
      [
        '<',
        framed(answer(one, { answers: address('www.example.org') })) +
          framed(answer(other, { rcode: 2 })),
      ],
    ]
    const decoder = DNS_OVER_TCP.open()
    feed(decoder, inPieces(lines, size))
    expect(told(decoder).map(([, said]) => said)).toEqual(['NOERROR 192.0.2.7', 'SERVFAIL'])
    expect(DNS_OVER_TCP.recognise({ client: framed(words(one)), server: '' })).toBe(true)
  },
)

test('a message is recognised at any port; other datagrams are not', () => {
  expect(DNS.recognise({ client: words(one), server: '' })).toBe(true)
  expect(DNS.recognise({ client: '', server: answer(one) })).toBe(true)
  for (const client of ['', 'hello', '\0'.repeat(48), '\x1b'.repeat(48), words(one).slice(0, 20)])
    expect(DNS.recognise({ client, server: '' })).toBe(false)
})
