import { describe, expect, test } from 'vitest'
import { talkHttp } from '../../../src/dialog/talk/http.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const PAGE = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n'
const hears = (text: string) =>
  play(talkHttp(REQUEST), [text, null]).acts.filter((act) => act.do === 'hear').length

describe('a request', () => {
  test('is said first, and the head of the answer is the outcome', () => {
    const { told, said } = play(talkHttp(REQUEST), [PAGE])
    expect(said).toEqual([REQUEST])
    expect(told).toMatchObject({ reception: 'served', code: 200, line: '200 OK' })
    expect(told?.head?.headers.get('server')).toBe('nginx/1.22.1')
  })

  test('that is refused is explained', () => {
    expect(play(talkHttp(REQUEST), ['HTTP/1.1 502 Bad Gateway\r\n\r\n']).told).toMatchObject({
      reception: 'refused',
      code: 502,
      meaning: expect.stringContaining('behind it'),
    })
  })

  test('waits for the rest of a head, and not for a body', () => {
    expect(hears('HT')).toBe(2)
    expect(hears('HTTP/1.1 200 OK\r\nServer: n\r\n')).toBe(2)
    expect(hears(PAGE)).toBe(1)
  })

  test('waits for nothing more from another service', () => {
    expect(hears('SSH-2.0-x')).toBe(1)
    expect(play(talkHttp(REQUEST), ['SSH-2.0-x']).told).toBeNull()
  })

  test('has the status of a head that breaks off', () => {
    expect(play(talkHttp(REQUEST), ['HTTP/1.1 503 Busy\r\nServ', null]).told?.code).toBe(503)
  })
})

test('any bytes end the conversation', () => endsOnAnyBytes(() => talkHttp(REQUEST), [PAGE]))
