import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'

test('a connection of which nothing was seen claims nothing', () => {
  const { client, server, establishedFrame, icmpError, service, history } = new Connection()
  expect(client).not.toBe(server)
  for (const end of [client, server])
    expect([end.packets, end.synFrame, end.finFrame, end.resetFrame]).toEqual([0, -1, -1, -1])
  expect([establishedFrame, icmpError]).toEqual([-1, -1])
  expect([service, history]).toEqual(['', ''])
})
