/** What the browser is given: every pure room, and a function that follows a capture's connections there. */
import { findFormat } from '../../src/capture/open.ts'
import { Epoch, PacketBatch } from '../../src/capture/packet.ts'
import { Applications } from '../../src/dialog/applications.ts'
import { Flows } from '../../src/flow/flows.ts'
import { tellStory } from '../../src/flow/story.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { Headers } from '../../src/wire/headers.ts'
import { PacketLines } from '../../src/wire/packet-line.ts'

/** What is told of a capture, as text that can be compared. */
export function readThere(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const format = findFormat(view, 0, view.byteLength)
  if (format === null) return ['no capture']
  const reader = format.open(new Epoch())
  const batch = new PacketBatch(64)
  const headers = new Headers()
  const lines = new PacketLines()
  const applications = new Applications()
  const said: string[] = []
  let frame = 0
  const flows = new Flows({
    onEnd: (connection) => {
      const { id, ended, service, client, server } = connection
      const { name, summary } = tellStory(connection)
      said.push([id, client.port, server.port, ended, service, name, summary].join())
    },
    onPayload: (connection, fromClient, piece, at, end, _offset, missing) =>
      applications.payload(connection, fromClient, piece, at, end, 0, frame, missing),
  })
  for (let at = 0; ; ) {
    const next = reader.read(view, at, view.byteLength, true, batch)
    for (let index = 0; index < batch.count; index++) {
      frame++
      const start = batch.at[index] ?? 0
      const end = start + (batch.capturedBytes[index] ?? 0)
      const original = batch.originalBytes[index] ?? 0
      const linkType = reader.interfaces[batch.interfaceIndex[index] ?? 0]?.linkType ?? -1
      readFrame(batch.view, start, end, original, linkType, headers)
      flows.packet(headers, frame, batch.timeNs[index] ?? 0, original)
      said.push(`${flows.marks} ${lines.line(batch.view, start, end, original, linkType)}`)
    }
    if (reader.ended || (batch.count === 0 && next === at)) break
    at = next
  }
  flows.finish()
  return said
}
