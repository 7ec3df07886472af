import { describe, expect, test } from 'vitest'
import { insideTls } from '../../../src/dialog/conversation.ts'
import { talkHttp } from '../../../src/dialog/talk/http.ts'
import { talkThrough } from '../../../src/dialog/talk/tunnel.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const CONNECT = 'CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org:443\r\n\r\n'
const GET = 'GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n'
const OPEN = 'HTTP/1.1 200 Connection established\r\n\r\n'
const PAGE = 'HTTP/1.1 204 No Content\r\n\r\n'
const talk = () => talkThrough(CONNECT, insideTls(talkHttp(GET)))

describe('a proxy', () => {
  test('that leads on is spoken through, in TLS', () => {
    const { told, said, acts } = play(talk(), [OPEN, PAGE])
    expect(told).toMatchObject({ reception: 'served', code: 204 })
    expect(told?.byProxy).toBeUndefined()
    expect(said).toEqual([CONNECT, GET])
    expect(acts.map((act) => act.do)).toEqual(['say', 'hear', 'secure', 'say', 'hear'])
  })

  test('that refuses says so itself', () => {
    const { told, said } = play(talk(), ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'])
    expect(told).toMatchObject({ reception: 'refused', code: 407, byProxy: true })
    expect(said).toEqual([CONNECT])
  })

  test('that breaks off its answer refuses, or has told nothing', () => {
    expect(play(talk(), ['HTTP/1.1 200 Conn', null]).told).toMatchObject({ byProxy: true })
    expect(play(talk(), [null]).told).toBeNull()
    expect(play(talk(), ['SSH-2.0-x\r\n']).told).toBeNull()
  })
})

test('any bytes end the conversation', () => endsOnAnyBytes(talk, [OPEN, PAGE]))
