import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { capture, HTTP, pathOf, REFUSED } from './reading/made-capture.ts'
import { linesOf, reading } from './reading/reading.ts'
import { surroundings } from './surroundings.ts'

describe('the exit code', () => {
  test('is 0 whatever is in the capture, unless a fault is to count', async () => {
    const path = capture('faulty.pcap', [...HTTP, ...REFUSED])
    expect((await reading([path])).code).toBe(0)
    expect((await reading([path, '--strict'])).code).toBe(1)
    expect((await reading([path, '--strict', '--stats'])).code).toBe(1)
    expect((await reading([path, '--strict', '--story', 'closed'])).code).toBe(0)
    expect((await reading([path, '--strict', '-p'])).code).toBe(1)
  })

  test('is 2 where nothing could be read, which is told with what to do', async () => {
    const nothing = pathOf('nothing.txt')
    writeFileSync(nothing, '')
    const answer = await reading(['/no/such/file', nothing])
    expect(answer).toMatchObject({ code: 2, out: '' })
    expect(answer.err).toContain('rungs: /no/such/file: there is no such file\n')
    expect(answer.err).toContain(`rungs: ${nothing}: it is empty\n`)
  })

  test('is 0 where one of several files could be read', async () => {
    const answer = await reading(['/no/such/file', capture('one-of.pcap', HTTP), '--count'])
    expect(answer).toMatchObject({ code: 0, out: '8 packets\n' })
    expect(answer.err).toContain('/no/such/file')
  })

  test('is 130 where it was interrupted', async () => {
    const around = surroundings()
    around.controller.abort()
    const { code, err } = await reading([capture('long.pcap', HTTP)], around)
    expect([code, err]).toEqual([130, 'rungs: interrupted; what was read by then is shown\n'])
  })
})

test('damage is told with its place, and what came before it is shown', async () => {
  const path = pathOf('cut.pcap')
  const { readFileSync } = await import('node:fs')
  writeFileSync(path, readFileSync(capture('to-cut.pcap', HTTP)).subarray(0, -3))
  const { code, out, err } = await reading([path, '--count'])
  expect([code, out]).toEqual([0, '7 packets\n'])
  expect(err).toMatch(/^rungs: .*cut\.pcap: at byte \d+: /)
})

test('several files are one capture', async () => {
  const [first, second] = [
    capture('first.pcap', HTTP.slice(0, 4)),
    capture('rest.pcap', HTTP.slice(4)),
  ]
  const lines = await linesOf(second, first, '--json')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ story: 'closed', frames: [1, 8] })
})

test('only the first packets are read where few are asked for', async () => {
  const lines = await linesOf(capture('first-few.pcap', HTTP), '--json', '-c', '3')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ story: 'open', frames: [1, 3] })
})

test('whoever takes the answer slowly is waited for', async () => {
  const rounds = Array.from({ length: 2000 }, () => HTTP).flat()
  const path = capture('for-a-slow-reader.pcap', rounds)
  const around = surroundings()
  let waits = 0
  const out = {
    ...around.out,
    drained: async () => {
      waits++
      const before = around.written.out.length
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(around.written.out.length).toBe(before)
    },
  }
  const { code } = await reading([path, '-p'], { ...around, out })
  expect(code).toBe(0)
  expect(waits).toBeGreaterThan(2)
  expect(around.written.out.split('\n')).toHaveLength(rounds.length + 1)
})
