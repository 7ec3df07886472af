import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterRest,
  type Conversation,
  type Given,
  insideTls,
  inText,
  leave,
  listen,
  openEar,
  say,
  type Taken,
} from '../../src/dialog/conversation.ts'
import { bytes, play } from './playbook.ts'

/** A word ends with a full stop; a question mark is no word of this language. */
const readWord = (text: string): Taken<string> => {
  if (text.includes('?')) return 'foreign'
  const end = text.indexOf('.')
  return end < 0 ? 'more' : { value: text.slice(0, end), length: end + 1 }
}

function* twoWords() {
  const ear = openEar()
  const one = yield* listen(ear, inText(readWord))
  const two = yield* listen(ear, inText(readWord))
  return [one, two]
}

describe('listening', () => {
  test('finds words however they are cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 5 }), { maxLength: 8 }), (pieces) => {
        const text = `${pieces.join('').replaceAll(/[.?]/g, '')}.second.`
        const cuts = [...pieces.map((piece) => piece.length)]
        const parts: string[] = []
        let rest = text
        for (const cut of cuts) {
          parts.push(rest.slice(0, cut))
          rest = rest.slice(cut)
        }
        const heard = bytes(text)
        const whole = play(twoWords(), [text]).told
        expect(play(twoWords(), [...parts, rest]).told).toEqual(whole)
        expect(heard.length).toBe(text.length)
        expect(whole[1]).toBe('second')
      }),
    )
  })

  test('does not wait for what it has already', () => {
    const { acts } = play(twoWords(), ['a.b.'])
    expect(acts).toEqual([{ do: 'hear' }])
  })

  test('ends without a word where nothing more comes, or another language', () => {
    expect(play(twoWords(), ['a.b', null]).told).toEqual(['a', null])
    expect(play(twoWords(), ['a?b.c.']).told).toEqual([null, null])
  })
})

describe('inside TLS', () => {
  function* talk() {
    yield say('hello')
    yield leave('bye')
    return 'done'
  }

  test('everything is said after the handshake', () => {
    const { told, acts } = play(insideTls(talk(), ['http/1.1']), [])
    expect(told).toBe('done')
    expect(acts.map((act) => act.do)).toEqual(['secure', 'say', 'leave'])
    expect(acts[0]).toMatchObject({ alpn: ['http/1.1'], starttls: null })
  })

  test('nothing is said where there is none', () => {
    expect(play(insideTls(talk()), [], { secure: true })).toMatchObject({ told: null, said: [] })
  })
})

describe('after a rest', () => {
  const acts = (...words: readonly string[]) => {
    const talk = function* () {
      for (const word of words) yield word === 'hear' ? ({ do: 'hear' } as const) : say(word)
      return 'done'
    }
    const { acts: all, told } = play(afterRest(talk(), 700), () => 'x')
    return { order: all.map((act) => (act.do === 'rest' ? act.ms : act.do)), told }
  }

  test('our first word is said, once who greets has greeted, and the rest follows at once', () => {
    expect(acts('hear', 'a', 'hear', 'b')).toEqual({
      order: ['hear', 700, 'say', 'hear', 'say'],
      told: 'done',
    })
    expect(acts('a', 'hear').order).toEqual([700, 'say', 'hear'])
  })

  test('a conversation that says nothing does not rest', () => {
    expect(acts('hear', 'hear').order).toEqual(['hear', 'hear'])
  })

  test('TLS is begun after it', () => {
    const { acts: all } = play(afterRest(insideTls(listenOnce()), 5), () => 'x')
    expect(all.map((act) => act.do)).toEqual(['rest', 'secure', 'hear'])
  })
})

function* listenOnce(): Conversation<Given> {
  return yield { do: 'hear' } as const
}
