import { expect, test } from 'vitest'
import { OPEN, told } from './telling.ts'

const again = (line: string, from: number): string =>
  [0, 200, 600, 1400].map((after) => `${from + after} ${line}`).join('\n')

test('segments of a size that passed before are no black hole', () => {
  const { suspects } = told(
    `${OPEN}\n30 < . 1 ack 1 len 1448\n31 > . 1 ack 1449\n${again('< . 1449 ack 1 len 1448', 50)}`,
  )
  expect(suspects.map(({ cause }) => cause)).toEqual([
    'tcp.stalled',
    'path.loss',
    'firewall.path-drop',
  ])
})

test('a router that told an MTU in vain proves the black hole', () => {
  const { suspects, proven, summary } = told(
    `${OPEN}\n30 > . 1 ack 1 len 1448\n31 icmp 3/4 from 10.0.0.1 mtu 1400\n${again('> . 1 ack 1 len 1448', 50)}`,
  )
  expect([suspects[0]?.cause, proven]).toEqual(['mtu.black-hole', true])
  expect(summary).toMatch(/from 10\.0\.0\.1 told an MTU of 1400, in vain$/)
})

test('what is lost right after a long rest was cut on the way', () => {
  const { suspects, summary } =
    told(`${OPEN}\n30 > P. 1 ack 1 len 5\n50 < P. 1 ack 6 len 5\n51 > . 6 ack 6
${again('> P. 6 ack 6 len 5', 900_000)}`)
  expect(suspects[0]?.cause).toBe('tcp.idle-cut')
  expect(summary).toMatch(/after a rest of 900 s and never acknowledged/)
})

test('a client that reads nothing is named as the one', () => {
  const { suspects, name } = told(`${OPEN}
30 < P. 1 ack 1 len 900
31 > . 1 ack 901 win 0
5031 < . 900 ack 1
5032 > . 1 ack 901 win 0`)
  expect([name, suspects]).toEqual(['stalled', [{ cause: 'tcp.zero-window', side: 'client' }]])
})
