import { expect, test } from 'vitest'
import { packetSchema } from '../../../src/report/read/packet-record.ts'
import { validate } from '../../report/validate.ts'
import { capture, HTTP } from './made-capture.ts'
import { linesOf } from './reading.ts'

test('every field stands with its place and its bytes', async () => {
  const lines = await linesOf(capture('tree.pcap', HTTP), '-V', '-c', '1')
  expect(lines[0]).toMatch(/^frame 1, \d\d:\d\d:32\.000000, 40 bytes on the wire, connection 1$/)
  expect(lines.find((line) => line.includes('ip.ttl'))).toMatch(/^0008 {2}40 +ip\.ttl: 64$/)
  expect(lines.find((line) => line.includes('tcp.dstport'))).toMatch(
    /^0016 {2}00 50 +tcp\.dstport: 80$/,
  )
})

test('the tree is JSON as well', async () => {
  const [line = ''] = await linesOf(capture('tree-json.pcap', HTTP), '-V', '--json', '-c', '1')
  const record: unknown = JSON.parse(line)
  expect(validate(packetSchema(), [record])).toEqual([[]])
  expect(record).toMatchObject({
    number: 1,
    fields: [{ name: 'ip', at: 0, end: 20 }, { name: 'tcp' }],
  })
})
