import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import { silenceSuspects } from '../../src/flow/story-opening.ts'
import { told } from './telling.ts'

test('in one network a dead neighbour is thought of, on the way to another one a dead end', () => {
  const causes = (server: readonly number[]): string[] => {
    const connection = new Connection()
    connection.ipVersion = 4
    connection.client.address = Uint8Array.from([192, 168, 2, 10])
    connection.server.address = Uint8Array.from(server)
    return silenceSuspects(connection).map(({ cause }) => cause)
  }
  expect(causes([192, 168, 2, 165])).toContain('link.neighbour-failed')
  expect(causes([198, 51, 100, 2])).toContain('route.dead-end')
  // The far end is not the first to be blamed without a sign that it is there.
  expect(causes([198, 51, 100, 2])[0]).toBe('firewall.path-drop')
})

test('a SYN-ACK rejected by the client is told as such', () => {
  const { name, summary, suspects } = told('0 > S 0\n1 < S. 0 ack 1\n2 icmp 3/13 from 192.0.2.1')
  expect(name).toBe('half-open')
  expect(summary).toMatch(/^the SYN-ACK was answered by ICMP .* from 192\.0\.2\.1$/)
  expect(suspects.length).toBeGreaterThan(0)
})

test('an ACK in place of a SYN-ACK belongs to an older connection', () => {
  const { name, summary } = told('0 > S 0\n1 < . 700 ack 300')
  expect(name).toBe('half-open')
  expect(summary).toMatch(/answered by an ACK and never by a SYN-ACK/)
})

test('what ends a connection from the middle is told with it', () => {
  const { name, summary, suspects, fault } = told(
    '0 > P. 9 ack 7 len 5\n20 < P. 7 ack 14 len 4\n30 < R 11',
  )
  expect([name, fault, suspects[0]?.cause]).toEqual(['midstream', true, 'tcp.reset'])
  expect(summary).toMatch(/^it was open before the capture began; reset by the server/)
})
