/** What the captures told, in sentences, with the few packets that show it. */
import { TCP_FLAG } from '../../wire/tcp.ts'
import type { Evidence } from '../diagnosis.ts'
import type { ClockOffset } from './clock.ts'
import { type Attempt, isReset, isSyn, isSynAck, type Seen } from './follow.ts'
import type { Course, Loss } from './place.ts'
import { formatSightings, type Sighting } from './sighting.ts'

/** Of one place no more packets than these are shown. */
const MOST_LINES = 4

const times = (number: number): string => (number === 1 ? 'once' : `${number} times`)

/** `the SYN left the client twice and did not arrive at the server`. */
export function describeLoss(loss: Loss, attempt: Attempt): string {
  const what = isSyn(attempt.opening) ? 'SYN' : 'datagram'
  const sent = attempt.client.there.out.filter(
    ({ flags, digest }) => flags === attempt.opening.flags && digest === attempt.opening.digest,
  ).length
  const left = `the ${what} left the client ${times(sent)}`
  const answer = what === 'SYN' ? 'its answer' : 'the answer'
  switch (loss.kind) {
    case 'unanswered':
      return `${left} and arrived at the server, and no answer left it`
    case 'untaken':
      return `the server's answer arrived at the client, whose TCP was not given it`
    case 'inside':
      return loss.way === 'there'
        ? `${left}, ${loss.host} received it and did not send it on`
        : `the server answered, ${loss.host} received ${answer} and did not send it on`
    case 'between':
      return loss.way === 'there'
        ? `${left}${loss.from === 'client' ? '' : `, ${loss.from} sent it on`}, and it did not arrive at the ${loss.to}`
        : `the server answered${loss.from === 'server' ? '' : `, ${loss.from} sent the answer on`}, and it did not arrive at the ${loss.to}`
  }
}

const answerName = (answer: Sighting): string =>
  isReset(answer) ? 'reset' : isSynAck(answer) ? 'SYN-ACK' : 'answer'

/** One sentence for what became of an attempt. */
export function describeCourse(course: Course, attempt: Attempt): string {
  switch (course.end) {
    case 'lost':
      return describeLoss(course.loss, attempt)
    case 'forged': {
      const { answer, by } = course
      const who = by
        ? `; ${by.kind === 'inside' ? by.host : ''} sent it without having received it`
        : ''
      return `the client got a ${answerName(answer)} (TTL ${answer.hopLimit}) that the server never sent${who}`
    }
    case 'refused':
      return `the server itself sent the reset that the client got (TTL ${course.answer.hopLimit})`
    case 'rejected':
      return `${course.error.source} sent the ICMP error that the client got${course.bornAt === null ? '' : `, seen leaving ${course.bornAt}`}`
    case 'answered':
      return 'the handshake was seen whole'
    case 'unclear':
      return 'where it was lost cannot be seen from the places that were watched'
  }
}

/** `the clock of server is 12 to 13 ms ahead`; null where it is not bounded, or within a second and of no interest. */
export function describeClock(host: string, { atLeastMs, atMostMs }: ClockOffset): string | null {
  if (atLeastMs === null || atMostMs === null) return null
  const [least, most] = [Math.round(atLeastMs), Math.round(atMostMs)]
  if (least <= 0 && most >= 0) return null
  const way = most < 0 ? 'behind' : 'ahead'
  const [from, to] = most < 0 ? [-most, -least] : [least, most]
  return `the clock of ${host} is ${from === to ? from : `${from} to ${to}`} ms ${way}`
}

const isTelling = (one: Sighting): boolean =>
  one.protocol !== 6 || (one.flags & (TCP_FLAG.syn | TCP_FLAG.rst | TCP_FLAG.fin)) !== 0

/** The packets of one place: those that are wanted, else the first that begin, end or reject. */
function showPlace(seen: Seen, wanted: ReadonlySet<Sighting> | null): Evidence {
  const all = [...seen.there.in, ...seen.there.out, ...seen.back.in, ...seen.back.out]
    .concat(seen.errors)
    .toSorted((a, b) => a.timeMs - b.timeMs)
  const picked = all.filter((one) => (wanted ? wanted.has(one) : isTelling(one)))
  const lines = formatSightings(all, new Set(picked.slice(0, MOST_LINES)))
  const more = picked.length - MOST_LINES
  return {
    host: seen.point.host,
    source: 'capture',
    command: seen.point.command,
    lines:
      lines.length === 0
        ? ['nothing of it was seen here']
        : [...lines, ...(more > 0 ? [`and ${more} more`] : [])],
  }
}

/** What each place saw of an attempt. */
export const showAttempt = (
  { client, others }: Attempt,
  wanted: ReadonlySet<Sighting> | null = null,
): Evidence[] => [client, ...others].map((seen) => showPlace(seen, wanted))
