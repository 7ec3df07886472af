import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Endpoint } from '../../../src/diagnose/probes.ts'
import { MAX_INSTRUCTIONS } from '../../../src/filter/instruction.ts'
import { run } from '../../../src/filter/run.ts'
import {
  clientExpression,
  farExpression,
  ringProgram,
  SNAP_BYTES,
} from '../../../src/host/tap/filter.ts'
import { bytesOf, pointOf } from '../../diagnose/passage/capture.ts'

const ends: readonly Endpoint[] = [
  { address: '192.0.2.80', family: 4, port: 80 },
  { address: '2001:db8::80', family: 6, port: 80 },
]

test.each([clientExpression(ends), farExpression(ends, ['10.0.0.2']), farExpression(ends, [])])(
  'tcpdump takes it: %s',
  (expression) => {
    const listing = execFileSync(
      'tcpdump',
      ['-y', 'RAW', '-d', expression.replace('arp or ', '')],
      {
        encoding: 'utf8',
      },
    )
    expect(listing).toMatch(/ret/)
  },
)

/** What a program wants of the packets of a capture, from the network's header on. */
const wanted = (name: string, expression: string): boolean[] => {
  const program = ringProgram(expression)
  // Without the load of what only the kernel knows, and the test of it.
  return pointOf(bytesOf(name), 'client')
    .sightings.filter(({ protocol }) => protocol !== -1)
    .map(
      ({ frame: { bytes } }) =>
        run(program.slice(3), bytes.subarray(20), bytes.length - 20) === SNAP_BYTES,
    )
}

test('at the client all of the connection is wanted, and nothing of another port', () => {
  const all = wanted('healthy-client', clientExpression(ends))
  expect(all.length).toBeGreaterThan(10)
  expect(all).toEqual(all.map(() => true))
  const none = wanted('healthy-client', clientExpression([{ ...(ends[0] as Endpoint), port: 81 }]))
  expect(none).toEqual(none.map(() => false))
})

test('beyond the client all of its own address is wanted, and of others how they begin and end', () => {
  const own = wanted('healthy-server', farExpression(ends, ['10.0.0.2']))
  expect(own).toEqual(own.map(() => true))
  const foreign = wanted('healthy-server', farExpression(ends, ['10.0.0.3']))
  expect(foreign.filter(Boolean).length).toBeGreaterThanOrEqual(8)
  expect(foreign.filter((one) => !one).length).toBeGreaterThan(5)
})

test('ICMP errors are wanted wherever they come from', () => {
  const all = wanted('router-reject-client', clientExpression(ends))
  expect(all).toEqual(all.map(() => true))
})

test('eight addresses fit into a program', () => {
  const many = Array.from(
    { length: 8 },
    (_, at): Endpoint => ({ address: `2001:db8::${at}`, family: 6, port: 443 }),
  )
  const program = ringProgram(farExpression(many, ['2001:db8:1::2', '192.0.2.3']))
  expect(program.length).toBeLessThan(MAX_INSTRUCTIONS / 2)
})
