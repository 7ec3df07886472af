/** `rungs read --flow N`: one connection as a sequence diagram. */
import { tellTalk } from '../../dialog/applications.ts'
import type { Connection } from '../../flow/connection.ts'
import { tellStory } from '../../flow/story.ts'
import { hang, indent, type Line, paintLines, say } from '../../report/line.ts'
import { readableColumns, STATUS_STYLE, showOn, signsOf } from '../../report/page.ts'
import { describeBytes, describeDuration } from '../../report/read/amount.ts'
import { carriedBytes, serviceOf, storyStatus } from '../../report/read/connection-row.ts'
import { describeDatagram } from '../../report/read/datagram.ts'
import { endText } from '../../report/read/end-name.ts'
import { sequenceLines } from '../../report/read/sequence.ts'
import {
  type SequenceEnds,
  type SequencePacket,
  sequenceSteps,
} from '../../report/read/sequence-step.ts'
import { PROTOCOL, protocolName } from '../../wire/protocol.ts'
import type { PacketLoop } from './packet-loop.ts'
import type { Form, Scene } from './scene.ts'

const MOST_COLUMNS = 110

/** Packets of one connection that are kept; what comes after them is told by its number only. */
const MOST_PACKETS = 200_000

/** The packet at hand, for the diagram. */
function sequencePacket({ headers, flows, frame, timeNs }: PacketLoop): SequencePacket {
  const isTcp = headers.protocol === PROTOCOL.tcp
  return {
    frame,
    timeNs,
    fromClient: flows?.fromClient ?? true,
    flags: isTcp ? headers.flags : 0,
    sequence: headers.sequence,
    acknowledgment: headers.acknowledgment,
    window: headers.window,
    payloadBytes: headers.payloadBytes,
    marks: flows?.marks ?? 0,
    says: isTcp ? '' : describeDatagram(headers),
  }
}

/** What stands above the diagram: who talked to whom, and what came of it. */
function titleLines(connection: Connection, ends: SequenceEnds, scene: Scene): Line[] {
  const { page, request } = scene
  const columns = readableColumns(page, MOST_COLUMNS)
  const signs = signsOf(page)
  const story = tellStory(connection)
  const status = storyStatus(story)
  const service = serviceOf(connection, request.numeric)
  const protocol = protocolName(connection.protocol).toLowerCase()
  const text = (told: string): string => showOn(page, told)
  const by = service === '' || service === protocol ? protocol : `${protocol}, ${service}`
  const lasted = describeDuration(connection.lastNs - connection.firstNs)
  const bytes = describeBytes(carriedBytes(connection))
  const head = `connection ${connection.id}: ${ends.client} ${signs.to} ${ends.server} (${by})`
  const about = `${scene.tellTime(connection.firstNs)}, ${lasted}, ${bytes}`
  const sign = say(`${signs.status[status]} `, STATUS_STYLE[status])
  const suspects = story.suspects.map(({ cause, side }) => `${cause} (${side})`)
  const inner = columns - 2
  return [
    ...hang([say(' ')], text(head), columns, 'bold'),
    ...hang([say(' ')], text(about), columns, 'dim'),
    ...hang([say(' '), sign], text(`${story.name}: ${story.summary}`), columns),
    ...(suspects.length === 0
      ? []
      : indent(hang([], text(`speaks for ${suspects.join(', ')}`), inner), 3)),
    ...(tellTalk(connection)?.lines ?? []).flatMap((line) =>
      indent(hang([], text(line), inner), 3),
    ),
    ...story.remarks.flatMap((remark) => indent(hang([], text(remark), inner, 'dim'), 3)),
    [],
  ]
}

export function flowForm(scene: Scene): Form {
  const { request, page, output } = scene
  const packets: SequencePacket[] = []
  let drawn = false
  return {
    after: (loop) => {
      if (loop.connection?.id === request.flow && packets.length < MOST_PACKETS)
        packets.push(sequencePacket(loop))
    },
    ended: (connection) => {
      if (connection.id !== request.flow) return
      drawn = true
      const ends = {
        protocol: connection.protocol,
        client: endText(connection.client, connection, scene.nameOf),
        server: endText(connection.server, connection, scene.nameOf),
      }
      const steps = sequenceSteps(packets, ends, request.all)
      const lines = [...titleLines(connection, ends, scene), ...sequenceLines(ends, steps, page)]
      output.write(paintLines(lines, page.paint))
    },
    needsPayload: true,
    finish: ({ flows }) =>
      drawn
        ? null
        : `there is no connection ${request.flow}; the capture has ${flows?.totals.connections ?? 0}: rungs read FILE lists them`,
  }
}
