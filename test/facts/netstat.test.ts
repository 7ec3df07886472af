import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseNetstat } from '../../src/facts/netstat.ts'
import { transcript } from './data.ts'

test('owners are told; the backlog of a listening socket is not known', () => {
  const found = parseNetstat(transcript('netstat-tulnp-ns.txt')) ?? []
  expect(found.find(({ local }) => local.port === 8443)).toEqual({
    protocol: 'tcp',
    state: 'LISTEN',
    receiveQueue: 1,
    sendQueue: null,
    local: { address: '::', port: 8443, device: null },
    remote: { address: '::', port: null, device: null },
    processes: [{ name: 'python3', pid: 5986, fd: -1 }],
  })
  expect(found.find(({ local }) => local.port === 53)).toMatchObject({
    protocol: 'udp',
    state: 'UNCONN',
  })
})

test('states are those of ss', () => {
  const found = parseNetstat(transcript('netstat-tan-ns.txt')) ?? []
  const states = new Set(found.map((each) => each.state))
  expect([...states].sort()).toEqual(['CLOSE-WAIT', 'ESTAB', 'FIN-WAIT-2', 'LISTEN', 'SYN-SENT'])
})

test('in another language a listener is known by its remote port', () => {
  const text = `Proto  Recib Enviad Dirección local         Dirección remota       Estado       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               ESCUCHAR    612/sshd: /usr/sbin
tcp        0      0 10.0.0.5:22             10.0.0.9:51234          ESTABLECIDO 700/sshd: admin`
  expect(parseNetstat(text)?.map((each) => [each.state, each.processes[0]?.pid])).toEqual([
    ['LISTEN', 612],
    ['ESTABLECIDO', 700],
  ])
})

test('an empty table is empty; other text is null', () => {
  const header = 'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address'
  expect(parseNetstat(header)).toEqual([])
  expect(parseNetstat("netstat: invalid option -- 'p'")).toBeNull()
  expect(parseNetstat(transcript('ss-tulnp-ns.txt'))).toBeNull()
})

test('no text makes it throw, and a megabyte takes no time', () => {
  const line = fc.constantFrom('tcp 0 0 a:1 b:2', 'udp6 0 0 :::1 :::* 1/x', 'tcp 0 0 *:* *:* X -')
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      (lines) => void parseNetstat(lines.join('\n')),
    ),
  )
  const started = performance.now()
  for (const piece of [' ', 'x ', '1/', 'tcp '])
    parseNetstat(`tcp 0 0 a:1 b:2 ${piece.repeat(1_000_000 / piece.length)}!\n`)
  expect(performance.now() - started).toBeLessThan(2000)
})
