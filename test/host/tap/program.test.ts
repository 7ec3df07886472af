import { expect, test } from 'vitest'
import type { Ears } from '../../../src/diagnose/host.ts'
import { tcpdumpArgv, watchProgram } from '../../../src/host/tap/program.ts'
import { bytesOf, pointOf } from '../../diagnose/passage/capture.ts'

/** A program that a test plays. */
function played() {
  const heard: { ears: Ears | null; stopped: boolean } = { ears: null, stopped: false }
  const outlook = watchProgram(async (ears) => {
    heard.ears = ears
    return {
      stop: async () => {
        heard.stopped = true
      },
    }
  }, 'tcpdump')
  return { outlook, heard }
}

test('the stream is read however it is cut', async () => {
  const { outlook, heard } = played()
  heard.ears?.onWords('tcpdump: data link type LINUX_SLL2\ntcpdump: listening on any, link-type')
  await outlook.ready
  expect(outlook.sinceMs()).not.toBeNull()
  for (const byte of bytesOf('healthy-client')) heard.ears?.onBytes(Uint8Array.of(byte))
  await outlook.settle()
  expect(outlook.collector.sightings).toEqual(
    pointOf(bytesOf('healthy-client'), 'client').sightings,
  )
  expect(outlook.failure()).toBeNull()
  await outlook.close()
  expect(heard.stopped).toBe(true)
})

test.each([
  ['tcpdump: not found\n', { because: 'tcpdump is not installed', needs: 'tcpdump' }],
  [
    "tcpdump: any: You don't have permission to capture on that device\n",
    { because: 'tcpdump may not capture there', needs: 'root on that host' },
  ],
  [
    'tcpdump: \u001b[31msyntax error\n',
    { because: 'tcpdump failed: tcpdump: \\x1b[31msyntax error', needs: null },
  ],
])('what it says in vain is told: %j', async (words, failure) => {
  const { outlook, heard } = played()
  heard.ears?.onWords(words)
  heard.ears?.onEnd()
  await outlook.ready
  expect(outlook.failure()).toEqual(failure)
})

test('bytes that are no capture change nothing, and count as lost', () => {
  const { outlook, heard } = played()
  heard.ears?.onBytes(new Uint8Array(4000).fill(0x41))
  heard.ears?.onBytes(new Uint8Array(4000).fill(0x42))
  expect(outlook.collector.sightings).toEqual([])
  expect(outlook.lost()).toBe(1)
})

test('packets that tcpdump says to have lost are lost', () => {
  const { outlook, heard } = played()
  heard.ears?.onWords(
    '12 packets captured\n14 packets received by filter\n2 packets dropped by kernel\n',
  )
  expect(outlook.lost()).toBe(2)
})

test('the command captures headers, unbuffered, to its standard output', () => {
  expect(tcpdumpArgv('port 80').join(' ')).toMatch(/^tcpdump -i any .*-U .*-w - port 80$/)
})
