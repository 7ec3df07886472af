/** `rungs read -V`: every field of every packet as a tree. */
import { formatAsJsonLine } from '../../report/json.ts'
import { paintLines, say } from '../../report/line.ts'
import { formatClock } from '../../report/read/instant.ts'
import { describeMarks } from '../../report/read/mark-name.ts'
import { PACKET, packetRecord } from '../../report/read/packet-record.ts'
import { fromStart, treeLines } from '../../report/read/packet-tree.ts'
import { detailTree } from '../../wire/detail.ts'
import type { PacketLoop } from './packet-loop.ts'
import type { Form, Scene } from './scene.ts'

/** `frame 3, 21:06:32.845356, 74 bytes on the wire, 64 captured, connection 1: sent again` */
function titleOf(loop: PacketLoop, { epochSeconds, zoneSeconds }: Scene): string {
  const { frame, timeNs, at, end, originalBytes, connection, flows } = loop
  const captured = end - at < originalBytes ? `, ${end - at} captured` : ''
  const marks = connection === null ? [] : describeMarks(flows?.marks ?? 0)
  return [
    `frame ${frame}, ${formatClock(timeNs, epochSeconds, zoneSeconds, 6)}, ${originalBytes} bytes on the wire${captured}`,
    ...(connection === null ? [] : [`, connection ${connection.id}`]),
    ...(marks.length === 0 ? [] : [`: ${marks.join(', ')}`]),
  ].join('')
}

export function detailForm(scene: Scene): Form {
  const { output, page, request } = scene
  return {
    after: (loop) => {
      const { view, at, end, originalBytes } = loop
      const tree = detailTree(view, at, end, originalBytes, loop.interface.linkType)
      if (request.json) {
        const record = packetRecord(loop, scene.epochSeconds)
        output.write(formatAsJsonLine(PACKET, { ...record, fields: fromStart(tree, at) }))
        return
      }
      const title = [say(titleOf(loop, scene), 'bold')]
      output.write(paintLines([title, ...treeLines(tree, view, at, page), []], page.paint))
    },
    ended: null,
    needsPayload: false,
    finish: () => null,
  }
}
