import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import { tellStory } from '../../src/flow/story.ts'
import { PROTOCOL } from '../../src/wire/protocol.ts'
import { told } from './telling.ts'

function pings(requests: number, answers: number): Connection {
  const connection = new Connection()
  connection.protocol = PROTOCOL.icmp
  connection.ipVersion = 4
  connection.icmpType = 8
  connection.firstFrame = 1
  connection.lastFrame = requests + answers
  connection.client.address = Uint8Array.from([192, 0, 2, 1])
  connection.server.address = Uint8Array.from([198, 51, 100, 2])
  connection.client.packets = requests
  connection.server.packets = answers
  connection.server.firstNs = connection.server.lastNs = answers > 0 ? 5e6 : 0
  return connection
}

test('a missing ping answer is said and is never a cause', () => {
  const none = tellStory(pings(4, 0))
  expect([none.name, none.fault, none.suspects]).toEqual(['unanswered', false, []])
  expect(none.summary).toBe('4 echo requests, and nothing came back')
  const some = tellStory(pings(4, 3))
  expect([some.name, some.summary]).toEqual([
    'closed',
    '4 echo requests, only 3 answered, the first after 5.0 ms',
  ])
})

test('who speaks to many waits for nobody', () => {
  const connection = pings(2, 0)
  connection.protocol = PROTOCOL.udp
  connection.server.address = Uint8Array.from([239, 255, 255, 250])
  const { fault, summary } = tellStory(connection)
  expect([fault, summary]).toEqual([false, '2 datagrams to many at once: no answer is due'])
})

test('a trace provokes its errors', () => {
  const trace = told('0 > udp len 30 port 33435\n2 icmp 11/0 from 10.0.0.1')
  expect([trace.name, trace.fault, trace.suspects]).toEqual(['rejected', false, []])
})

test('datagrams that nobody has to answer are no fault', () => {
  expect(told('0 > udp len 30 port 514').fault).toBe(false)
})
