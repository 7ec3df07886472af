import { describe, expect, test } from 'vitest'
import { talkRedis } from '../../../src/dialog/talk/redis.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

describe('Redis', () => {
  test('answers a ping and is left politely', () => {
    expect(play(talkRedis(), ['+PONG\r\n'])).toMatchObject({
      told: { reception: 'served', line: '+PONG', code: null },
      said: ['PING\r\n', 'QUIT\r\n'],
    })
  })

  // The words of Redis 7.0's own source.
  test.for([
    ['-NOAUTH Authentication required.', 'served'],
    [
      '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.',
      'denied',
    ],
    ['-LOADING Redis is loading the dataset in memory', 'starting'],
    ['-ERR max number of clients reached', 'exhausted'],
    ['-ERR unknown command', 'refused'],
  ] as const)('%s', ([line, reception]) => {
    const { told } = play(talkRedis(), [`${line}\r\n`])
    expect(told).toMatchObject({ reception, line })
    expect(told?.code).toBe(line.slice(1).split(' ')[0])
  })

  test('is not what says other words', () => {
    expect(play(talkRedis(), ['HTTP/1.1 400 Bad Request\r\n']).told).toBeNull()
    expect(play(talkRedis(), [null]).told).toBeNull()
  })
})

test('any bytes end the conversation', () => endsOnAnyBytes(talkRedis, ['+PONG\r\n', '-ERR\r\n']))
