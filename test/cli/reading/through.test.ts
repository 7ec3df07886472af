import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PacketFilter } from '../../../src/cli/reading/packet-filter.ts'
import { ReadProgress } from '../../../src/cli/reading/read-progress.ts'
import { complain, readThrough } from '../../../src/cli/reading/through.ts'
import { namesOf } from '../../../src/filter/names.ts'
import { surroundings } from '../surroundings.ts'
import { capture, HTTP, pathOf } from './made-capture.ts'

const passage = (files: readonly string[], filter: PacketFilter | null = null) => {
  const around = surroundings()
  const progress = new ReadProgress(around.err, () => 0)
  return { files, around, progress, sources: new Set<never>(), filter }
}

test('all packets are handed on, or those that the filter selects', async () => {
  const path = capture('through.pcap', HTTP)
  let packets = 0
  const take = (_: unknown, from: number, to: number) => {
    packets += to - from
  }
  const reading = await readThrough(passage([path, path]), take)
  expect([packets, reading?.sources.length]).toEqual([16, 2])
  packets = 0
  await readThrough(passage([path], new PacketFilter('src port 80', namesOf({}))), take)
  expect(packets).toBe(3)
})

test('whoever stops it gets nothing', async () => {
  const stopped = passage([capture('through.pcap', HTTP)])
  stopped.around.controller.abort()
  expect(await readThrough(stopped, () => {})).toBeNull()
})

test('what could not be read is told on stderr', async () => {
  const path = pathOf('cut-through.pcap')
  writeFileSync(path, readFileSync(capture('whole.pcap', HTTP)).subarray(0, -3))
  const cut = passage([path, '/no/such/file'])
  const reading = await readThrough(cut, () => {})
  if (reading === null) throw new Error('nothing was read')
  complain(cut.around, reading)
  expect(cut.around.written.err).toContain('/no/such/file: there is no such file')
  expect(cut.around.written.err).toMatch(/cut-through\.pcap: at byte \d+: cut short/)
})
