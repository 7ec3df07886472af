import { expect, test } from 'vitest'
import { Headers } from '../../src/wire/headers.ts'
import { SequenceBases } from '../../src/wire/sequence-base.ts'

const view = new DataView(new ArrayBuffer(64))

/** From end 1 (at 0) to end 2 (at 16), or back. */
function segment(
  port: number,
  back: boolean,
  sequence: number,
  acknowledgment: number,
  flags = 16,
) {
  const headers = new Headers()
  headers.view = view
  headers.ipVersion = 6
  headers.sourceAddressAt = back ? 16 : 0
  headers.destinationAddressAt = back ? 0 : 16
  headers.sourcePort = back ? 80 : port
  headers.destinationPort = back ? port : 80
  headers.sequence = sequence
  headers.acknowledgment = acknowledgment
  headers.flags = flags
  return headers
}

test('the first segment is absolute, later ones of both directions count from it', () => {
  const bases = new SequenceBases()
  bases.look(segment(1000, true, 500, 101, 18))
  expect([bases.sequence, bases.acknowledgment]).toEqual([0, 0])
  bases.look(segment(1000, false, 101, 501))
  expect([bases.sequence, bases.acknowledgment, bases.sack]).toEqual([100, 500, 500])
  bases.look(segment(1000, true, 501, 150))
  expect([bases.sequence, bases.acknowledgment]).toEqual([500, 100])
})

test('many connections are kept apart, and a SYN with an ACK begins anew', () => {
  const bases = new SequenceBases()
  for (let port = 1000; port < 30_000; port++) bases.look(segment(port, true, port, 1, 18))
  for (let port = 1000; port < 30_000; port += 97) {
    bases.look(segment(port, false, 1, port + 1))
    expect(bases.acknowledgment).toBe(port)
  }
  bases.look(segment(1000, true, 9, 1, 18))
  bases.look(segment(1000, false, 1, 10))
  expect(bases.acknowledgment).toBe(9)
})
