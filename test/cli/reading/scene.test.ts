import { expect, test } from 'vitest'
import { parseInvocation } from '../../../src/cli/command.ts'
import { read, readReadRequest } from '../../../src/cli/read.ts'
import { Output } from '../../../src/cli/reading/output.ts'
import { Scene } from '../../../src/cli/reading/scene.ts'
import type { CaptureSource } from '../../../src/host/capture-file.ts'
import { pageOf } from '../../report/read/pages.ts'

function scene(...words: string[]): Scene {
  const request = readReadRequest(parseInvocation(read, ['a', ...words]))
  const output = new Output({ write: () => {}, isTerminal: false, columns: null }, () => {})
  return new Scene(request, pageOf(80), output)
}

const source = (formatName: string, names: Record<string, string>): CaptureSource =>
  ({
    formatName,
    reader: { epochSeconds: 1_180_645_592, names: new Map(Object.entries(names)) },
  }) as unknown as CaptureSource

test('names are those that the files tell, unless numbers are wanted', () => {
  const named = scene()
  named.sources.add(source('pcapng', { '192.0.2.1': 'www' }))
  expect(named.nameOf('192.0.2.1')).toBe('www')
  expect(named.nameOf('192.0.2.2')).toBeUndefined()
  const numeric = scene('-n')
  numeric.sources.add(source('pcapng', { '192.0.2.1': 'www' }))
  expect(numeric.nameOf('192.0.2.1')).toBeUndefined()
})

test('an address that was made up for a printed name has that name always, and printed times stay as they are', () => {
  const printed = scene('-n')
  printed.sources.add(source('tcpdump text', { '0.0.0.1': 'rtsg' }))
  expect(printed.nameOf('0.0.0.1')).toBe('rtsg')
  expect(printed.zoneSeconds).toBe(0)
})

test('several files have their names together', () => {
  const both = scene()
  both.sources.add(source('pcapng', { '192.0.2.1': 'www' }))
  both.sources.add(source('pcapng', { '192.0.2.2': 'db' }))
  expect([...both.names.values()]).toEqual(['www', 'db'])
  expect(both.epochSeconds).toBe(1_180_645_592)
})
