import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { writeInterface, writePacket, writeSection } from '../../../src/capture/write-pcapng.ts'
import { openFilter, PacketFilter } from '../../../src/cli/reading/packet-filter.ts'
import { FilterError } from '../../../src/filter/filter-error.ts'
import { namesOf } from '../../../src/filter/names.ts'
import { readCaptures } from '../../../src/host/capture-file.ts'
import { capture, EPOCH, HTTP, packetBytes, pathOf, REFUSED } from './made-capture.ts'

const filterOf = (expression: string): PacketFilter => new PacketFilter(expression, namesOf({}))

/** The numbers of the packets that a filter keeps, and how many it counts. */
async function kept(path: string, filter: PacketFilter): Promise<[number[], number]> {
  const frames: number[] = []
  let count = 0
  await readCaptures([path], (batch, from, to, source) => {
    count += filter.count(batch, from, to, source)
    const last = filter.keep(batch, from, to, source)
    for (let index = from; index < last; index++) frames.push(batch.frames?.[index] ?? 0)
  })
  return [frames, count]
}

test('the selected packets keep their numbers', async () => {
  const path = capture('filter.pcap', [...HTTP, ...REFUSED])
  expect(await kept(path, filterOf('src port 80'))).toEqual([[2, 5, 7], 3])
  expect(await kept(path, filterOf('port 25'))).toEqual([[9, 10], 2])
  expect(await kept(path, filterOf('udp'))).toEqual([[], 0])
})

test('each interface has the filter of its own link type', async () => {
  const [first, second] = [HTTP[0], HTTP[1]]
  if (first === undefined || second === undefined) throw new Error('no packets')
  const ethernet = Buffer.concat([Buffer.alloc(12), Buffer.of(8, 0), packetBytes(second)])
  const face = { snapBytes: 65_535, name: null, checkBytes: 0 }
  const packet = (bytes: Uint8Array, interfaceIndex: number): Uint8Array =>
    writePacket(
      { epochSeconds: EPOCH, timeNs: 0, bytes, originalBytes: bytes.length },
      interfaceIndex,
    )
  const path = pathOf('two-links.pcapng')
  const blocks = [
    writeSection('test'),
    writeInterface({ ...face, linkType: 101 }),
    writeInterface({ ...face, linkType: 1 }),
    packet(packetBytes(first), 0),
    packet(ethernet, 1),
    packet(ethernet, 0),
  ]
  writeFileSync(path, Buffer.concat(blocks))
  expect(await kept(path, filterOf('tcp port 80'))).toEqual([[1, 2], 2])
})

describe('what cannot be compiled', () => {
  test('is refused before anything is read, where it is the text', async () => {
    await expect(openFilter('tcp prot 80')).rejects.toThrow(FilterError)
  })

  test('is refused at the first packet, where it is the link type', async () => {
    const path = capture('no-link.pcap', HTTP)
    await expect(kept(path, filterOf('ether host 00:11:22:33:44:55'))).rejects.toThrow(FilterError)
  })
})
