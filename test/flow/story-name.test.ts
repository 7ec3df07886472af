import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Flows } from '../../src/flow/flows.ts'
import { tellStory } from '../../src/flow/story.ts'
import { storyName } from '../../src/flow/story-name.ts'
import { STORY_NAMES } from '../../src/flow/story-word.ts'
import { headersOf } from './played.ts'
import { OPEN, played } from './telling.ts'

const nameOf = (text: string): string => played(text, storyName)

test('a server that closes after it had waited for long does not turn the client away', () => {
  const closes = (at: number): string =>
    nameOf(`${OPEN}\n${at} < F. 1 ack 1\n${at + 1} > F. 1 ack 2\n${at + 2} < . 2 ack 2`)
  expect(closes(15_000)).toBe('accepted-then-closed')
  expect(closes(60_000)).toBe('closed')
})

test('a server whose words were not captured did not turn the client away', () => {
  expect(nameOf(`${OPEN}\n30 < F. 147 ack 1\n31 > . 1 ack 148\n32 > F. 1 ack 148`)).toBe('closed')
})

test('a server that closes after the client is only polite', () => {
  expect(nameOf(`${OPEN}\n30 > F. 1 ack 1\n50 < F. 1 ack 2`)).toBe('closed')
})

test('twice is late, three times is stalled, and an acknowledgment ends it', () => {
  const sent = (times: number): string =>
    Array.from({ length: times }, (_, n) => `${100 * (n + 1)} > P. 1 ack 1 len 9`).join('\n')
  expect(nameOf(`${OPEN}\n${sent(2)}`)).toBe('open')
  expect(nameOf(`${OPEN}\n${sent(3)}`)).toBe('stalled')
  expect(nameOf(`${OPEN}\n${sent(3)}\n900 < . 1 ack 10`)).toBe('open')
})

test('a port that refused at first and then accepted the same SYN did not refuse', () => {
  const opened = '0 > S 0\n1 < R. 0 ack 1\n1000 > S 0\n1001 < S. 0 ack 1'
  expect(nameOf(opened)).toBe('half-open')
  expect(nameOf(`${opened}\n1002 > . 1 ack 1`)).toBe('open')
})

test('an RST after both have closed changes nothing', () => {
  const both = `${OPEN}\n30 < P. 1 ack 1 len 5\n31 > F. 1 ack 6\n50 < F. 6 ack 2\n51 > R 2`
  expect(nameOf(both)).toBe('closed')
})

test('any segments have a story of the list, and the name is that of the story', () => {
  const packet = fc.record({
    way: fc.constantFrom('>' as const, '<' as const),
    atMs: fc.nat(1000),
    flags: fc.constantFrom('S', 'S.', '.', 'P.', 'F.', 'R', 'R.', 'SF', ''),
    seq: fc.nat(9000),
    ack: fc.nat(9000),
    bytes: fc.nat(2000),
    window: fc.constantFrom(0, 500),
  })
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 25 }), (packets) => {
      const flows = new Flows({
        onEnd: (connection) => {
          const story = tellStory(connection)
          expect(STORY_NAMES).toContain(story.name)
          expect(storyName(connection)).toBe(story.name)
          expect(story.summary).not.toMatch(/NaN|undefined|Infinity|-\d+ (?:ms|µs|s)\b/)
          expect(story.proof.every((frame) => frame >= 1 && frame <= packets.length)).toBe(true)
        },
      })
      for (const [index, one] of packets.toSorted((a, b) => a.atMs - b.atMs).entries())
        flows.packet(headersOf(one), index + 1, one.atMs * 1e6, 100)
      flows.finish()
    }),
  )
})
