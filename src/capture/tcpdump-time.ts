/**
 * The times at the beginning of tcpdump's lines: of the day (nothing or -ttt … told), `-t` none, `-tt` seconds since 1970,
 * `-ttt` since the line before, `-tttt` with a date, `-ttttt` since the first line. Without a date, days count from 1970.
 */

/** A time as it stands in a line. */
export type Stamp = {
  readonly kind: 'none' | 'clock' | 'date' | 'epoch' | 'relative'
  /** Since midnight, 1970, or what it is relative to: whole ones, and what is left of them. */
  readonly seconds: number
  readonly nanoseconds: number
  /** Where the rest of the line begins. */
  readonly end: number
}

/** The number of a packet (`-#`), spaces, an optional date, a time of the day; three spaces at least around a number. */
const CLOCK =
  /^(?:\s*\d{1,9} {2})?(\s*)(?:(\d{4})-(\d\d)-(\d\d)[ T])?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s+/
const EPOCH = /^(?:\s*\d{1,9} {2})?\s*(\d{1,10})\.(\d{6,9})\s+/

const DAY_SECONDS = 86_400

const fraction = (digits: string): number => Number(digits.padEnd(9, '0'))

/** What a line begins with; a line without a time has its rest at 0. */
export function parseStamp(line: string): Stamp {
  const clock = CLOCK.exec(line)
  if (clock !== null) {
    const [whole, space = '', year, month, day, hours, minutes, seconds, digits = ''] = clock
    const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    const days = year === undefined ? 0 : Date.UTC(Number(year), Number(month) - 1, Number(day))
    // tcpdump puts a space (or a minus) where a difference has its sign.
    const relative = year === undefined && space === ' '
    return {
      kind: year !== undefined ? 'date' : relative ? 'relative' : 'clock',
      seconds: days / 1000 + ofDay,
      nanoseconds: fraction(digits),
      end: whole.length,
    }
  }
  const epoch = EPOCH.exec(line)
  if (epoch !== null) {
    const [whole, seconds, digits = ''] = epoch
    const nanoseconds = fraction(digits)
    return { kind: 'epoch', seconds: Number(seconds), nanoseconds, end: whole.length }
  }
  return { kind: 'none', seconds: 0, nanoseconds: 0, end: 0 }
}

/** More than a capture of several interfaces goes back by: what does is of another day. */
const BACK_SECONDS = 60

/** Makes one line of time of the stamps; `fromFirst` says that relative ones count from the first line (`-ttttt`). */
export class TextClock {
  seconds = 0
  nanoseconds = 0
  readonly #fromFirst: boolean
  #days = 0
  #started = false

  constructor(fromFirst: boolean) {
    this.#fromFirst = fromFirst
  }

  /** Sets `seconds` and `nanoseconds` to the moment of the stamp. */
  advance(stamp: Stamp): void {
    if (stamp.kind === 'none') return
    let { seconds, nanoseconds } = stamp
    if (stamp.kind === 'relative' && !this.#fromFirst) {
      nanoseconds += this.nanoseconds
      seconds += this.seconds + Math.floor(nanoseconds / 1e9)
      nanoseconds %= 1e9
    } else if (stamp.kind === 'clock') {
      if (this.#started && seconds + this.#days * DAY_SECONDS < this.seconds - BACK_SECONDS) {
        this.#days++
      }
      seconds += this.#days * DAY_SECONDS
    }
    this.#started = true
    this.seconds = seconds
    this.nanoseconds = nanoseconds
  }
}
