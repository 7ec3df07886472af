import { expect, test } from 'vitest'
import { ReadProgress } from '../../../src/cli/reading/read-progress.ts'
import type { CaptureSource } from '../../../src/host/capture-file.ts'

const source = { path: 'a.pcap', totalBytes: 1000, readBytes: 340 } as CaptureSource

function tellAt(times: readonly number[], isTerminal: boolean): string[] {
  const written: string[] = []
  let now = 0
  const progress = new ReadProgress(
    { write: (text) => written.push(text), isTerminal, columns: 80 },
    () => now,
  )
  for (const time of times) {
    now = time
    progress.tell(source, 12_000)
  }
  progress.end()
  progress.tell(source, 13_000)
  return written
}

test('a short reading shows nothing', () => {
  expect(tellAt([100, 200], true)).toEqual([])
})

test('a long one tells how far it is, not too often, and erases it', () => {
  expect(tellAt([350, 360, 400, 600], true)).toEqual([
    '\r\u001b[Kreading a.pcap: 34 %, 12,000 packets',
    '\r\u001b[Kreading a.pcap: 34 %, 12,000 packets',
    '\r\u001b[K',
  ])
})

test('nothing is shown where nobody looks', () => {
  expect(tellAt([350, 600], false)).toEqual([])
})
