/** What was asked and answered over a connection: the first ones word by word, all of them in figures. */

/** A question and its answer; text is as it was sent and must be cleaned before it is shown. */
export type Exchange = {
  /** Empty where the server spoke first. */
  readonly asked: string
  readonly askedFrame: number
  readonly askedNs: number
  /** Null while nothing came. */
  answered: string | null
  answeredFrame: number
  answeredNs: number
}

/** Exchanges that are kept word by word. */
const MOST_KEPT = 64

/** Characters of a line that are kept. */
const MOST_CHARACTERS = 256

/** Most connections ask once: no room is kept for more. */
const NONE: readonly Exchange[] = []

/** Questions that wait for their answer at a time; pipelines are shorter. */
const MOST_WAITING = 1024

/** A text as it is kept: what is too long ends in an ellipsis. */
export const shortened = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text

/** The exchanges of a connection, answered in the order of their questions unless a key tells. */
export class ExchangeLog {
  /** The first ones, in their order. */
  kept: readonly Exchange[] = NONE
  /** All questions, and those that were answered. */
  asked = 0
  answered = 0
  /** From a question to its answer, of all that were answered. */
  sumNs = 0
  slowest: Exchange | null = null
  /** The question that waits for its answer the longest, those after it, and those with a key: most connections need the first only. */
  #next: Exchange | null = null
  #waiting: Exchange[] | null = null
  #byKey: Map<string, Exchange> | null = null

  /** A question; with a `key` its answer may come out of order. */
  ask(text: string, timeNs: number, frame: number, key: string | null = null): void {
    this.asked++
    const exchange = this.#add(text, timeNs, frame)
    if (key !== null) {
      this.#byKey ??= new Map()
      if (this.#byKey.size < MOST_WAITING) this.#byKey.set(key, exchange)
    } else if (this.#next === null) this.#next = exchange
    else {
      this.#waiting ??= []
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(exchange)
    }
  }

  /** The answer to the oldest question, or to the one of `key`; without one the server spoke first. */
  answer(text: string, timeNs: number, frame: number, key: string | null = null): Exchange {
    const asked = key === null ? this.#shift() : this.#find(key)
    const exchange = asked ?? this.#add('', timeNs, frame)
    exchange.answered = shortened(text)
    exchange.answeredFrame = frame
    exchange.answeredNs = timeNs
    if (asked !== null) this.#count(exchange)
    return exchange
  }

  /** Whether a question of this key waits already: then the same one was sent again. */
  waits(key: string): boolean {
    return this.#byKey?.has(key) ?? false
  }

  #shift(): Exchange | null {
    const next = this.#next
    if (next !== null) this.#next = this.#waiting?.shift() ?? null
    return next
  }

  #find(key: string): Exchange | null {
    const found = this.#byKey?.get(key) ?? null
    this.#byKey?.delete(key)
    return found
  }

  #add(text: string, timeNs: number, frame: number): Exchange {
    const exchange: Exchange = {
      asked: shortened(text),
      askedFrame: frame,
      askedNs: timeNs,
      answered: null,
      answeredFrame: -1,
      answeredNs: 0,
    }
    const { kept } = this
    if (kept.length < MOST_KEPT) this.kept = kept.length === 0 ? [exchange] : [...kept, exchange]
    return exchange
  }

  #count(exchange: Exchange): void {
    this.answered++
    const tookNs = exchange.answeredNs - exchange.askedNs
    this.sumNs += tookNs
    const { slowest } = this
    if (slowest === null || tookNs > slowest.answeredNs - slowest.askedNs) this.slowest = exchange
  }
}
