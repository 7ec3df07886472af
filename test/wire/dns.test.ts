import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import {
  type DnsMessage,
  describeDns,
  describeQuestion,
  describeRecord,
  dnsQuery,
  extendedErrors,
  rcodeName,
  readDns,
  typeNumber,
  writeDns,
} from '../../src/wire/dns.ts'
import { hex } from './hex.ts'

/** What dig 9.18 asked dnsmasq 2.90 over loopback, the bytes both ways, and what dig printed. */
type Recorded = {
  readonly asked: string
  readonly query: string
  readonly response: string
  readonly dig: readonly string[]
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(`${import.meta.dirname}/data/dns.json`, 'utf8'),
)

function read(view: DataView): DnsMessage {
  const message = readDns(view, 0, view.byteLength)
  if (isStopped(message)) throw new Error(explainStopped(message))
  return message
}

function response(asked: string): DnsMessage {
  const found = recorded.find((one) => one.asked === asked)
  if (found === undefined) throw new Error(`not recorded: ${asked}`)
  return read(hex(found.response))
}

/** The lines of one of dig's sections, with single spaces. */
function section(dig: readonly string[], name: string): string[] {
  const from = dig.indexOf(`;; ${name} SECTION:`)
  if (from < 0) return []
  const rest = dig.slice(from + 1)
  const end = rest.findIndex((line) => line.startsWith(';;'))
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.replace(/\s+/g, ' '))
}

describe('what dig prints of a response is what we read', () => {
  test.each(recorded)('$asked', ({ response: bytes, dig }) => {
    const message = read(hex(bytes))
    const all = dig.join('\n')
    const flags = (['qr', 'aa', 'tc', 'rd', 'ra', 'ad', 'cd'] as const).filter(
      (flag) => message[flag],
    )
    expect(all).toContain(`status: ${rcodeName(message.rcode)}, id: ${message.id}\n`)
    expect(all).toContain(`;; flags: ${flags.join(' ')}; QUERY: ${message.questions.length}`)
    expect(message.questions.map((one) => `;${describeQuestion(one)}`)).toEqual(
      section(dig, 'QUESTION'),
    )
    expect(message.answers.map(describeRecord)).toEqual(section(dig, 'ANSWER'))
    expect(message.authority.map(describeRecord)).toEqual(section(dig, 'AUTHORITY'))
    expect(message.edns?.udpPayloadBytes).toBe(
      all.includes('; EDNS:') ? Number(/udp: (\d+)/.exec(all)?.[1]) : undefined,
    )
    expect(message.edns?.dnssecOk ?? false).toBe(all.includes('flags: do;'))
    expect(extendedErrors(message.edns).map(({ code }) => code)).toEqual(
      [...all.matchAll(/; EDE: (\d+)/g)].map(([, code]) => Number(code)),
    )
    expect(message.damaged).toBeNull()
  })

  test.each(recorded)('the query for $asked is written again byte for byte', ({ query }) => {
    expect(writeDns(read(hex(query)))).toEqual(new Uint8Array(hex(query).buffer))
  })
})

test('a response without compression reads the same', () => {
  for (const one of recorded) {
    const message = read(hex(one.response))
    expect(read(viewOf(writeDns(message)))).toEqual(message)
  }
})

test('a query is what dig sends, but for dig’s cookie', () => {
  const dig = recorded.find(({ asked }) => asked === 'www.example.test A')
  const sent = read(hex(dig?.query ?? ''))
  const ask = dnsQuery({ id: sent.id, name: 'www.example.test', type: typeNumber('A') ?? 0 })
  expect(ask.edns).not.toBeNull()
  expect({ ...ask, ad: true, edns: { ...ask.edns, options: [] } }).toEqual({
    ...sent,
    edns: { ...sent.edns, options: [] },
  })
  expect(dnsQuery({ id: 1, name: '.', type: 2, udpPayloadBytes: null }).edns).toBeNull()
})

test('a message that is cut anywhere keeps what came before', () => {
  const whole = response('alias.example.test A')
  const bytes = hex(recorded.find(({ asked }) => asked === 'alias.example.test A')?.response ?? '')
  for (let end = 12; end < bytes.byteLength; end++) {
    const message = readDns(bytes, 0, end)
    if (isStopped(message)) throw new Error(explainStopped(message))
    expect(message.damaged).not.toBeNull()
    expect(message.answers).toEqual(whole.answers.slice(0, message.answers.length))
    expect(message.rcode).toBe(0)
  }
})

test('a record with odd data is kept as hexadecimal, and the next one is read', () => {
  const message = read(
    hex(`
    0001 8180 0000 0002 0000 0000
    0161 00 0001 0001 00000000 0003 c00002
    0161 00 0001 0001 00000000 0004 c0000207`),
  )
  expect(message.answers.map(({ data }) => data)).toEqual([
    { kind: 'other', hex: 'c00002' },
    { kind: 'A', address: '192.0.2.7' },
  ])
  expect(message.damaged && explainStopped(message.damaged)).toBe(
    'dns A at 25: needs 4 bytes, has 3',
  )
})

test('a header that counts 65535 records of nothing ends at once', () => {
  const message = read(hex('0001 8180 ffff ffff ffff ffff'))
  expect(message).toMatchObject({ questions: [], answers: [], authority: [], additional: [] })
  expect(message.damaged && explainStopped(message.damaged)).toBe(
    'dns name at 12: needs 1 bytes, has 0',
  )
})

test.each([0, 11])('a header of %i bytes stops', (end) => {
  const result = readDns(new DataView(new ArrayBuffer(12)), 0, end)
  expect(isStopped(result) && explainStopped(result)).toBe(`dns at 0: needs 12 bytes, has ${end}`)
})

test('pointers count from where the message begins, not from the start of the view', () => {
  const bytes = recorded.find(({ asked }) => asked === 'alias.example.test A')?.response ?? ''
  const shifted = hex(`ffffffffffff ${bytes}`)
  expect(readDns(shifted, 6, shifted.byteLength)).toEqual(read(hex(bytes)))
})

test('the extended response code is put together from header and OPT record', () => {
  const bad = { ...dnsQuery({ id: 7, name: 'a', type: 1 }), qr: true, rcode: 16 }
  expect(rcodeName(read(viewOf(writeDns(bad))).rcode)).toBe('BADVERS')
})

test('one line says the outcome', () => {
  expect(describeDns(response('absent.example.test A'))).toBe(
    'NXDOMAIN (qr rd ra) for absent.example.test. IN A, 0 answers',
  )
  expect(describeDns(response('outside.invalid.zone A'))).toBe(
    'REFUSED (qr rd ra) for outside.invalid.zone. IN A, 0 answers, Not Ready',
  )
  expect(describeDns(dnsQuery({ id: 1, name: 'a.b', type: 28 }))).toBe(
    'QUERY (rd) for a.b. IN AAAA',
  )
})

test('a name that is none is refused when it is to be written', () => {
  expect(() => writeDns(dnsQuery({ id: 1, name: 'a..b', type: 1 }))).toThrow(RangeError)
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 120 }), fc.nat(3), (bytes, count) => {
      bytes.set([0, count, 0, count, 0, count, 0, count], 4)
      const message = read(viewOf(bytes))
      expect(describeDns(message)).toContain('(')
      expect(message.answers.map(describeRecord).join()).not.toContain('undefined')
    }),
  )
})

test('every recorded message with any one byte changed is still read', () => {
  const any = fc.constantFrom(...recorded.map(({ response: bytes }) => bytes))
  fc.assert(
    fc.property(any, fc.nat(), fc.nat(255), (bytes, place, value) => {
      const view = hex(bytes)
      view.setUint8(place % view.byteLength, value)
      read(view).answers.map(describeRecord)
    }),
    { numRuns: 1000 },
  )
})
