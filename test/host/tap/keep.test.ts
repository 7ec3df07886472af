import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepCapture } from '../../../src/host/tap/keep.ts'
import { scenario } from '../../diagnose/passage/capture.ts'

test('tshark reads the packets of all hosts, in their order, with the comments', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rungs-keep-'))
  try {
    const path = join(directory, 'a.pcapng')
    const { client, server } = scenario('healthy')
    const [syn] = client.sightings
    if (!syn) throw new Error('it sent one')
    const tapped = { points: [client, server], blind: [], untilMs: 0 }
    expect(keepCapture(path, tapped, new Map([[syn, ['one', 'two']]]))).toBeNull()
    const fields = ['frame.interface_name', 'tcp.flags', 'frame.time_epoch', 'frame.comment']
    const lines = execFileSync(
      'tshark',
      ['-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
    expect(lines).toHaveLength(client.sightings.length + server.sightings.length)
    expect(lines[0]?.slice(0, 2)).toEqual(['client', '0x0002'])
    expect(lines[0]?.[3]).toMatch(/one.*two/)
    expect(lines[1]?.slice(0, 2)).toEqual(['server', '0x0002'])
    // As tcpdump wrote it.
    expect(lines[0]?.[2]).toBe('1795876135.758601000')
    const times = lines.map(([, , time]) => String(time))
    expect(times).toEqual(times.toSorted())
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a file that cannot be written is told', () => {
  expect(
    keepCapture('/no/such/directory/a', { points: [], blind: [], untilMs: 0 }, new Map()),
  ).toMatch(/^\/no\/such\/directory\/a could not be written: ENOENT/)
})
