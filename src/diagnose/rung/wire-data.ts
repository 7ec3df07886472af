/** What was said after the handshake, on the wire of both ends: who reset, and whose words did not arrive. */
import type { CauseCode } from '../cause.ts'
import type { Ruling } from '../check.ts'
import type { Side } from '../diagnosis.ts'
import { type Account, gaps, resetOf } from '../passage/account.ts'
import type { Attempt } from '../passage/follow.ts'
import type { Missing } from '../passage/payload.ts'
import { showAttempt } from '../passage/words.ts'
import type { Visit } from '../visit.ts'
import { clear } from '../whereabouts.ts'

/** Of a conversation that breaks, what is the path's doing; what was lost and sent again has arrived, and was lost all the same. */
const ON_PATH: readonly CauseCode[] = ['mtu.black-hole', 'tcp.stalled']
/** And what is the server's. */
const AT_SERVER: readonly CauseCode[] = [
  'tcp.frozen',
  'tcp.zero-window',
  'service.slow-greeting',
  'service.crash-loop',
]

/** Judges a conversation whose handshake went well. */
export function dataOnTheWire(account: Account, failing: Visit, isTrusted: boolean): Ruling {
  const ending = resetOf(account)
  if (ending && isTrusted) return byReset(ending.attempt, ending.isOwn, ending.reset.hopLimit)
  const [worst] = gaps(account)
  if (worst && worst.missing.lost.length > 0 && isTrusted && failing.stage !== 'connect')
    return byGap(worst.attempt, worst.missing)
  const [first] = account.told
  const isWhole = worst !== undefined && isTrusted
  const because = 'on the wire: all that either end sent arrived at the other'
  return {
    status: 'pass',
    summary: isWhole
      ? 'the handshake and all that was said arrived at both ends'
      : 'the handshake was seen whole',
    evidence: first ? showAttempt(first.attempt) : [],
    acquits: isWhole ? clear(ON_PATH, because, 'path') : [],
    confirms: isWhole && failing.stage === 'silent' ? [{ side: 'server', because }] : [],
  }
}

/** Who made the reset: the end whose address it bears, or somebody between. */
function byReset(attempt: Attempt, isOwn: boolean, hopLimit: number): Ruling {
  const because = isOwn
    ? `on the wire: the server itself sent the reset (TTL ${hopLimit} at the client)`
    : `on the wire: the client got a reset (TTL ${hopLimit}) that the server never sent`
  const [side, other]: readonly [Side, Side] = isOwn ? ['server', 'path'] : ['path', 'server']
  return {
    status: 'fail',
    summary: because.slice('on the wire: '.length),
    evidence: showAttempt(attempt),
    acquits: clear(['tcp.reset', ...(isOwn ? [] : AT_SERVER)], because, other),
    confirms: [{ side, because }],
  }
}

/** Words of one end that the other never saw. */
function byGap(attempt: Attempt, { way, lost, largestCame, smallestLost, sent }: Missing): Ruling {
  const [from, to] = way === 'there' ? ['client', 'server'] : ['server', 'client']
  const bySize =
    largestCame > 0 && smallestLost > largestCame
      ? `; of its packets with data none with more than ${largestCame} bytes arrived`
      : ''
  const because = `${lost.length} of ${sent} packets with data that left the ${from} did not arrive at the ${to}${bySize}`
  return {
    status: 'fail',
    summary: because,
    evidence: showAttempt(attempt, new Set(lost)).filter(({ host }) => host === from),
    acquits: clear(AT_SERVER, `on the wire: ${because}`, 'server'),
    confirms: [{ side: 'path', because: `on the wire: ${because}` }],
  }
}
