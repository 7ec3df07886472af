import { expect, test } from 'vitest'
import { PacketLoop } from '../../../src/cli/reading/packet-loop.ts'
import { Flows } from '../../../src/flow/flows.ts'
import { readCaptures } from '../../../src/host/capture-file.ts'
import { Statistics } from '../../../src/report/read/statistics.ts'
import { capture, HTTP, REFUSED } from './made-capture.ts'

test('each packet is counted, tied to its connection and seen', async () => {
  const seen: [frame: number, connection: number | undefined, fromClient: boolean][] = []
  const opened: number[] = []
  const statistics = new Statistics()
  const flows = new Flows({ onEnd: () => {} })
  const loop = new PacketLoop({
    flows,
    statistics,
    opened: ({ id }) => opened.push(id),
    after: ({ frame, connection }) => seen.push([frame, connection?.id, flows.fromClient]),
    only: (connection) => connection?.id === 2,
    most: Number.POSITIVE_INFINITY,
  })
  await readCaptures([capture('loop.pcap', [...HTTP, ...REFUSED])], (...batch) =>
    loop.take(...batch),
  )
  expect(loop.frame).toBe(10)
  expect(opened).toEqual([1, 2])
  expect(seen).toEqual([
    [9, 2, true],
    [10, 2, false],
  ])
  expect(statistics).toMatchObject({ packets: 2, bytes: 80, firstNs: 100e6, lastNs: 101e6 })
})

test('no more packets are taken than were asked for', async () => {
  const loop = new PacketLoop({
    flows: null,
    statistics: null,
    opened: null,
    after: null,
    only: null,
    most: 3,
  })
  const reading = await readCaptures([capture('most.pcap', HTTP)], (...batch) =>
    loop.take(...batch),
  )
  expect(loop.frame).toBe(3)
  expect(reading.stopped).toBe(true)
})
