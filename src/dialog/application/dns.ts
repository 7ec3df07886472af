/** DNS, RFC 1035: queries and answers paired by their id; over TCP each message has its length in front (§4.2.2). */
import { isStopped } from '../../base/stopped.ts'
import { bytesBetween, joinBytes, viewOf } from '../../wire/bytes.ts'
import {
  CLASS_IN,
  type DnsMessage,
  type DnsQuestion,
  rcodeName,
  readDns,
  typeName,
} from '../../wire/dns.ts'
import { describeData } from '../../wire/dns-data.ts'
import type { Application, ApplicationFinding, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'

/** Records of an answer that are shown; what is left is counted. */
const MOST_SHOWN = 4

const describe = ({ name, type }: DnsQuestion): string => `${typeName(type)} ${name}`

/** `NOERROR 192.0.2.7` or `NXDOMAIN`; a record of another type than was asked for says its own. */
function describeAnswer({ rcode, answers, questions, tc }: DnsMessage): string {
  const data = answers
    .slice(0, MOST_SHOWN)
    .map((record) =>
      record.type === questions[0]?.type
        ? describeData(record.data)
        : `${typeName(record.type)} ${describeData(record.data)}`,
    )
    .join(', ')
  const more = answers.length > MOST_SHOWN ? `and ${answers.length - MOST_SHOWN} more` : ''
  return [rcodeName(rcode), data, more, tc ? '(truncated)' : ''].filter(Boolean).join(' ')
}

class DnsDecoder implements Decoder {
  readonly service = 'dns'
  readonly log = new ExchangeLog()
  readonly #framed: boolean
  readonly #rest = { client: new Uint8Array(0), server: new Uint8Array(0) }
  #repeated = 0
  #failed: ApplicationFinding | null = null

  constructor(framed: boolean) {
    this.#framed = framed
  }

  take(payload: Payload): boolean {
    const { fromClient, view, at, end, gapBytes } = payload
    if (!this.#framed) {
      this.#message(view, at, end, payload)
      return true
    }
    if (gapBytes > 0) return false
    const side = fromClient ? 'client' : 'server'
    const bytes = joinBytes(this.#rest[side], bytesBetween(view, at, end))
    const whole = viewOf(bytes)
    let place = 0
    while (bytes.length - place >= 2) {
      const next = place + 2 + whole.getUint16(place)
      if (next > bytes.length) break
      this.#message(whole, place + 2, next, payload)
      place = next
    }
    this.#rest[side] = bytes.slice(place)
    return true
  }

  #message(view: DataView, at: number, end: number, { timeNs, frame }: Payload): void {
    const message = readDns(view, at, end)
    if (isStopped(message)) return
    const [question] = message.questions
    const asked = question === undefined ? '' : describe(question)
    const key = `${message.id} ${asked.toLowerCase()}`
    if (!message.qr) {
      if (this.log.waits(key)) this.#repeated++
      else this.log.ask(asked, timeNs, frame, key)
      return
    }
    this.log.answer(describeAnswer(message), timeNs, frame, key)
    const cause = causeOf(message)
    if (cause !== null)
      this.#failed ??= {
        cause,
        sentence: `the name server answered ${asked} with ${rcodeName(message.rcode)}${message.rcode === 0 ? ' and no record' : ''}`,
        frames: [frame],
      }
  }

  facts(): Readonly<Record<string, string>> {
    return this.#repeated === 0 ? {} : { 'questions repeated': String(this.#repeated) }
  }

  finding(): ApplicationFinding | null {
    if (this.#failed !== null) return this.#failed
    const silent = this.log.kept.find(({ answered }) => answered === null)
    if (silent === undefined || this.log.answered > 0) return null
    return {
      cause: 'dns.unreachable',
      sentence: `the question ${silent.asked} got no answer${this.#repeated > 0 ? `, asked ${this.#repeated + 1} times` : ''}`,
      frames: [silent.askedFrame],
    }
  }
}

function causeOf({ rcode, answers, questions, tc }: DnsMessage): string | null {
  if (rcode === 3) return 'dns.no-such-name'
  if (rcode !== 0) return 'dns.server-error'
  const address = questions[0]?.type === 1 || questions[0]?.type === 28
  return address && answers.length === 0 && !tc ? 'dns.no-address' : null
}

/** A message of which all is there and means something: what else than DNS would have it? */
function isDns(text: string): boolean {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const message = readDns(viewOf(bytes), 0, bytes.length)
  if (isStopped(message) || message.opcode > 6 || message.questions.length !== 1) return false
  const [{ class: questionClass = 0, name = '' } = {}] = message.questions
  const usual = questionClass === CLASS_IN || questionClass === 255 || questionClass === 3
  // Multicast DNS uses the top bit of the class (RFC 6762 §5.4).
  return (
    (usual || questionClass === 0x8001) &&
    name.length <= 253 &&
    (message.qr || message.answers.length === 0)
  )
}

const firstMessage = (text: string): string =>
  text.length < 2 ? '' : text.slice(2, 2 + text.charCodeAt(0) * 256 + text.charCodeAt(1))

/** DNS over UDP, by a message that reads as one. */
export const DNS: Application = {
  name: 'dns',
  transport: 'udp',
  recognise: ({ client, server }) => (client === '' ? isDns(server) : isDns(client)),
  open: () => new DnsDecoder(false),
}

/** DNS over TCP, by a length and a message of that length. */
export const DNS_OVER_TCP: Application = {
  name: 'dns',
  transport: 'tcp',
  recognise: ({ client }) => {
    const message = firstMessage(client)
    return message.length >= 12 && message.length === client.length - 2 && isDns(message)
  },
  open: () => new DnsDecoder(true),
}
