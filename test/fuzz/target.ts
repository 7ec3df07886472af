/** What is fuzzed: each target makes an input by chance, and decodes it where it is laid. */
import { findFormat } from '../../src/capture/open.ts'
import { Epoch, PacketBatch } from '../../src/capture/packet.ts'
import {
  readDatagramArrival,
  readEchoArrival,
  readIcmpArrival,
  readQueuedArrival,
  readTcpArrival,
} from '../../src/diagnose/trace/arrival.ts'
import { protocolNumber, writeProbe } from '../../src/diagnose/trace/probe.ts'
import { Talk } from '../../src/dialog/application/talk.ts'
import { Applications } from '../../src/dialog/applications.ts'
import { Flows } from '../../src/flow/flows.ts'
import { tellStory } from '../../src/flow/story.ts'
import { connState } from '../../src/flow/zeek-state.ts'
import { joinBytes } from '../../src/wire/bytes.ts'
import { checkChecksums } from '../../src/wire/checksum-check.ts'
import { type DetailNode, detailTree } from '../../src/wire/detail.ts'
import { Fragments } from '../../src/wire/fragment.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { HEADER_NOTE, Headers } from '../../src/wire/headers.ts'
import { writeIpv4 } from '../../src/wire/ipv4.ts'
import { writeIpv6 } from '../../src/wire/ipv6.ts'
import { PacketLines } from '../../src/wire/packet-line.ts'
import { isIcmpError, readQuote } from '../../src/wire/quote.ts'
import { flowOf } from '../diagnose/trace/flow.ts'
import type { Corpus, Frame } from './corpus.ts'
import { filterAttempt, programAttempt } from './filter-attempt.ts'
import { anyBytes, type Chance, mutate } from './mutate.ts'

/** Puts bytes where something else lies before and behind them; what is decoded may not depend on that. */
export type Lay = (bytes: Uint8Array) => {
  readonly view: DataView
  readonly at: number
  readonly end: number
}

/** One input: decodes it, and tells what came of it in words that can be compared. */
export type Attempt = (lay: Lay) => string

export type Target = {
  readonly name: string
  /** What of the time it is given, beside the others. */
  readonly weight: number
  /** Makes an input; decoding happens only when the attempt is called, perhaps twice. */
  readonly attempt: (corpus: Corpus, chance: Chance) => Attempt
}

const LINK_TYPES = [
  0, 1, 9, 12, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 228, 229, 276, 147, 9999,
]

/** All numbers of the headers; offsets count from where the frame begins. */
function told(headers: Headers, at: number): string {
  const { networkAt, transportAt, payloadAt, payloadEnd, optionsAt, optionsEnd, notes } = headers
  const places = [networkAt, transportAt, payloadAt, payloadEnd, optionsAt, optionsEnd]
  const numbers = [
    ...[headers.etherType, headers.vlan, headers.ipVersion, headers.hopLimit, headers.trafficClass],
    ...[headers.identification, headers.protocol, headers.sourcePort, headers.destinationPort],
    ...[headers.identifier, headers.payloadBytes, headers.sequence, headers.acknowledgment],
    ...[headers.flags, headers.window, headers.urgent, headers.stoppedLayer, notes],
  ]
  return [...places.map((place) => (place === 0 ? 0 : place - at)), ...numbers].join()
}

const someFrame = (corpus: Corpus, chance: Chance): Frame => {
  const frame = chance.pick(corpus.frames)
  const linkType = chance.below(8) === 0 ? chance.pick(LINK_TYPES) : frame.linkType
  const kind = chance.below(16)
  const bytes = kind === 0 ? anyBytes(chance, 200) : mutate(frame.bytes, chance)
  const longer = chance.below(4) === 0 ? chance.below(2000) : 0
  return { bytes, linkType, originalBytes: bytes.length + longer }
}

function frameAttempt(corpus: Corpus, chance: Chance): Attempt {
  const { bytes, linkType, originalBytes } = someFrame(corpus, chance)
  return (lay) => {
    const { view, at, end } = lay(bytes)
    const headers = new Headers()
    readFrame(view, at, end, originalBytes, linkType, headers)
    if (headers.payloadEnd > end || headers.payloadAt > headers.payloadEnd)
      throw new RangeError(`payload ${headers.payloadAt} to ${headers.payloadEnd}, past ${end}`)
    const parts = [told(headers, at), JSON.stringify(checkChecksums(headers))]
    if (isIcmpError(headers)) {
      const quoted = new Headers()
      if (readQuote(headers, quoted)) parts.push(told(quoted, at))
    }
    return parts.join('\n')
  }
}

function lineAttempt(corpus: Corpus, chance: Chance): Attempt {
  const frames = Array.from({ length: 1 + chance.below(3) }, () => someFrame(corpus, chance))
  return (lay) => {
    const lines = new PacketLines()
    return frames
      .map(({ bytes, linkType, originalBytes }) => {
        const { view, at, end } = lay(bytes)
        return lines.line(view, at, end, originalBytes, linkType)
      })
      .join('\n')
  }
}

/** The tree of a frame's fields; no field may lie outside of the frame. */
function treeAttempt(corpus: Corpus, chance: Chance): Attempt {
  const { bytes, linkType, originalBytes } = someFrame(corpus, chance)
  return (lay) => {
    const { view, at, end } = lay(bytes)
    const words = (nodes: readonly DetailNode[]): string =>
      nodes
        .map((node) => {
          if (node.at < at || node.end > end)
            throw new RangeError(`${node.name} from ${node.at} to ${node.end}, past ${end}`)
          return `${node.name} ${node.text} ${node.at - at} ${node.end - at} ${words(node.children)}`
        })
        .join('\n')
    return words(detailTree(view, at, end, originalBytes, linkType))
  }
}

/** Pieces of an IPv4 datagram at any offsets, in any order. */
function fragmentAttempt(_corpus: Corpus, chance: Chance): Attempt {
  const frames = Array.from({ length: 1 + chance.below(12) }, () => {
    const bytes = Uint8Array.from([
      ...[0x45, 0, 0, 0, 0, chance.below(2), 0, 0, 64, chance.pick([1, 6, 17]), 0, 0],
      ...[10, 0, 0, 1, 10, 0, 0, 2],
      ...anyBytes(chance, 80),
    ])
    const view = new DataView(bytes.buffer)
    view.setUint16(2, chance.below(8) === 0 ? chance.below(65_536) : bytes.length)
    const offset = chance.below(8) === 0 ? chance.below(8192) : chance.below(20)
    view.setUint16(6, (chance.below(3) > 0 ? 0x2000 : 0) | offset)
    return bytes
  })
  return (lay) => {
    const fragments = new Fragments()
    const headers = new Headers()
    return frames
      .map((bytes, index) => {
        const { view, at, end } = lay(bytes)
        readFrame(view, at, end, bytes.length, 101, headers)
        if ((headers.notes & HEADER_NOTE.fragment) === 0) return 'none'
        return fragments.take(headers, index)
          ? `${headers.protocol} ${headers.payloadBytes}`
          : 'more'
      })
      .join()
  }
}

/** A file, given whole or in pieces; whether it ends is what counts. */
function readerAttempt(corpus: Corpus, chance: Chance): Attempt {
  const kind = chance.below(32)
  const bytes = kind === 0 ? anyBytes(chance, 4000) : mutate(chance.pick(corpus.files), chance)
  const piece = chance.below(2) === 0 ? bytes.length : 1 + chance.below(bytes.length + 1)
  const capacity = chance.pick([1, 7, 256])
  return (lay) => {
    const { view, at, end } = lay(bytes)
    const format = findFormat(view, at, end)
    if (format === null) return 'none'
    const reader = format.open(new Epoch())
    const batch = new PacketBatch(capacity)
    let from = at
    let upTo = Math.min(end, at + piece)
    const rows: string[] = []
    for (let turn = 0; ; turn++) {
      if (turn > 4 * bytes.length + 100) throw new Error('the reader does not come forward')
      const next = reader.read(view, from, upTo, upTo === end, batch)
      if (next < from || next > upTo)
        throw new RangeError(`went from ${from} to ${next} of ${upTo}`)
      for (let index = 0; index < batch.count; index++) {
        const start = batch.at[index] ?? 0
        const captured = batch.capturedBytes[index] ?? 0
        if (batch.view === view && (start < at || start + captured > upTo))
          throw new RangeError(`a packet from ${start}, ${captured} bytes, past ${upTo}`)
        rows.push(`${captured},${batch.originalBytes[index]},${batch.timeNs[index]}`)
      }
      const still = batch.count === 0 && next === from
      if (reader.ended || (still && upTo === end)) break
      if (still || next === upTo) upTo = Math.min(end, upTo + Math.max(piece, 1))
      from = next
    }
    return `${rows.join(' ')} ${reader.damages.map(({ reason }) => reason).join('; ')}`
  }
}

/** A conversation with frames lost, repeated, swapped and damaged. */
function flowAttempt(corpus: Corpus, chance: Chance): Attempt {
  const conversation = chance.pick(corpus.conversations)
  const first = chance.below(Math.max(1, conversation.length - 40))
  const frames: Frame[] = []
  for (const frame of conversation.slice(first, first + 40)) {
    const fate = chance.below(16)
    if (fate === 0) continue
    if (fate === 1) frames.push(frame)
    const damaged = fate < 6 ? { ...frame, bytes: mutate(frame.bytes, chance) } : frame
    if (fate === 6) frames.splice(chance.below(frames.length + 1), 0, damaged)
    else frames.push(damaged)
  }
  const most = chance.pick([1, 3, 100])
  return (lay) => {
    const ended: string[] = []
    const applications = new Applications()
    const place = { timeNs: 0, frame: 0 }
    const flows = new Flows({
      mostConnections: most,
      onEnd: (connection) => {
        const { id, marks, ended: how, service, client, server } = connection
        const { name, summary, proof } = tellStory(connection)
        const counts = [client.payloadBytes, server.payloadBytes, connState(connection)]
        ended.push([id, marks, how, service, ...counts, name, summary, proof].join())
      },
      onPayload: (connection, fromClient, view, at, end, _offset, missing) =>
        applications.payload(
          connection,
          fromClient,
          view,
          at,
          end,
          place.timeNs,
          place.frame,
          missing,
        ),
    })
    const headers = new Headers()
    const fragments = new Fragments()
    for (const { bytes, linkType, originalBytes } of frames) {
      const { view, at, end } = lay(bytes)
      place.frame++
      place.timeNs += 1e6
      readFrame(view, at, end, Math.max(originalBytes, bytes.length), linkType, headers)
      if ((headers.notes & HEADER_NOTE.fragment) !== 0) fragments.take(headers, place.timeNs)
      const connection = flows.packet(headers, place.frame, place.timeNs, originalBytes)
      if (connection !== null && headers.protocol !== 6 && headers.payloadEnd > headers.payloadAt)
        applications.payload(
          ...([connection, flows.fromClient, headers.view, headers.payloadAt] as const),
          ...([headers.payloadEnd, place.timeNs, place.frame, 0] as const),
        )
    }
    flows.finish()
    return ended.join('\n')
  }
}

/** What was said, cut anew and damaged, to whoever recognises it. */
function talkAttempt(corpus: Corpus, chance: Chance): Attempt {
  const transport = chance.pick(['tcp', 'udp'] as const)
  const start = chance.below(corpus.payloads.length)
  const pieces = Array.from({ length: 1 + chance.below(6) }, (_, index) => {
    const payload = corpus.payloads[(start + index) % corpus.payloads.length] ?? new Uint8Array(0)
    const bytes = chance.below(3) === 0 ? payload : mutate(payload, chance, 4096)
    return { bytes, fromClient: chance.below(2) === 0, gapBytes: chance.below(8) === 0 ? 10 : 0 }
  })
  return (lay) => {
    const talk = new Talk(transport)
    for (const [index, { bytes, fromClient, gapBytes }] of pieces.entries()) {
      const { view, at, end } = lay(bytes)
      if (!talk.take({ fromClient, view, at, end, timeNs: index, frame: index + 1, gapBytes }))
        break
    }
    const { decoder } = talk
    return JSON.stringify([decoder?.service, decoder?.facts(), talk.finding()])
  }
}

/** What comes back for a trace: errors that quote its probes, replies and segments, damaged. */
function traceAttempt(corpus: Corpus, chance: Chance): Attempt {
  const protocol = chance.pick(['udp', 'icmp', 'tcp'] as const)
  const family = chance.pick([4, 6] as const)
  const flow = flowOf(protocol, family)
  const { source, destination } = flow
  const number = 1 + chance.below(0xffff)
  const probe = writeProbe(flow, number, 60 + chance.below(200))
  const inner = protocolNumber(protocol, family)
  const packet =
    family === 4
      ? writeIpv4({ source, destination, ttl: 1, protocol: inner, id: number }, probe)
      : writeIpv6({ source, destination, hopLimit: 1, nextHeader: inner }, probe)
  const type = chance.pick([0, 1, 2, 3, 11, 12, 129])
  const head = Uint8Array.of(type, chance.below(16), 0, 0, 0, chance.below(64), 5, 0x78)
  const whole = chance.below(4) === 0 ? chance.pick(corpus.frames).bytes : joinBytes(head, packet)
  const bytes = chance.below(8) === 0 ? whole : mutate(whole, chance)
  const sender = { from: chance.below(2) === 0 ? '10.9.10.2' : '10.9.3.2', ttl: 60 }
  const error = { type, code: 0, mtuBytes: null }
  return (lay) => {
    const { view, at, end } = lay(bytes)
    return JSON.stringify([
      readIcmpArrival(flow, view, at, end, sender),
      readEchoArrival(flow, view, at, end, sender),
      readTcpArrival(flow, view, at, end, sender),
      readDatagramArrival(flow, view, at, end, sender),
      readQueuedArrival(flow, view, at, end, error, sender),
    ])
  }
}

/** All targets. */
export const TARGETS: readonly Target[] = [
  { name: 'readers', weight: 2, attempt: readerAttempt },
  { name: 'frames', weight: 4, attempt: frameAttempt },
  { name: 'lines', weight: 2, attempt: lineAttempt },
  { name: 'trees', weight: 1, attempt: treeAttempt },
  { name: 'fragments', weight: 1, attempt: fragmentAttempt },
  { name: 'flows', weight: 2, attempt: flowAttempt },
  { name: 'talk', weight: 2, attempt: talkAttempt },
  { name: 'traces', weight: 1, attempt: traceAttempt },
  { name: 'filters', weight: 2, attempt: filterAttempt },
  { name: 'programs', weight: 1, attempt: programAttempt },
]
