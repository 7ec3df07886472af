/** A server by a script: it plays the other side of a conversation, without a socket. */
import type { Act, Conversation, Given, Place } from '../../src/dialog/conversation.ts'
import { latin1 } from '../../src/wire/bytes.ts'

/** One character a byte. */
export const bytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))

/** What is heard next, by turns or by what was said since; null where nothing more comes. */
export type Answers =
  | readonly (string | Uint8Array | null)[]
  | ((said: string, turn: number) => string | Uint8Array | null)

export type Play<T> = {
  readonly told: T
  /** What was said, each time in one piece. */
  readonly said: readonly string[]
  /** Everything that was heard, as one piece. */
  readonly heard: Uint8Array
  readonly acts: readonly Act[]
}

/** Whether a conversation may go on for so many acts; it is bounded where it is driven. */
const MOST_ACTS = 200

/** Plays `talk` against `answers`; TLS always comes to stand and places are reached, unless refused. */
export function play<T>(
  talk: Conversation<T>,
  answers: Answers,
  refused: {
    readonly secure?: boolean
    readonly reach?: (place: Place) => boolean
  } = {},
): Play<T> {
  const acts: Act[] = []
  const said: string[] = []
  const heard: number[] = []
  let turn = 0
  let fresh = ''
  const perform = (act: Act): Given => {
    if (act.do === 'say' || act.do === 'leave') {
      said.push(latin1(act.bytes))
      fresh += latin1(act.bytes)
    }
    if (act.do === 'secure') return refused.secure ? null : new Uint8Array()
    if (act.do === 'reach') return (refused.reach?.(act.place) ?? true) ? new Uint8Array() : null
    if (act.do !== 'hear') return new Uint8Array()
    const answer = typeof answers === 'function' ? answers(fresh, turn) : (answers[turn] ?? null)
    turn += 1
    fresh = ''
    if (answer === null) return null
    const given = typeof answer === 'string' ? bytes(answer) : answer
    heard.push(...given)
    return given
  }
  let step = talk.next(null)
  while (!step.done) {
    if (acts.length > MOST_ACTS) throw new Error('the conversation never ends')
    acts.push(step.value)
    step = talk.next(perform(step.value))
  }
  return { told: step.value, said, heard: Uint8Array.from(heard), acts }
}
