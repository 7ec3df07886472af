/** What the checks of names have in common: who answered what, and how a file loses a line. */
import { shellWord } from '../../base/shell-word.ts'
import { rcodeName } from '../../wire/dns.ts'
import { type Accusation, placeOn, type Ruling } from '../check.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import type { ResolverView } from '../names.ts'
import type { DnsReply } from '../probes.ts'
import { remedy } from '../remedy.ts'

/** One cause with its reason. */
export const accuse = (
  cause: Accusation['cause'],
  side: Accusation['side'],
  weight: Accusation['weight'],
  because: string,
  rest: Partial<Accusation> = {},
): Accusation => ({ cause, side, weight, because, place: placeOn('client'), ...rest })

/** A failure with one reason. */
export const fail = (accusation: Accusation, evidence: readonly Evidence[]): Ruling => ({
  status: 'fail',
  summary: accusation.because,
  evidence,
  accuses: [accusation],
})

/** What a server answered. */
export const heard = (view: ResolverView): DnsReply[] =>
  view.replies.filter((reply) => reply.outcome === 'answer')
/** The response code of a reply, by name. */
export const rcode = (reply: DnsReply): string => rcodeName(reply.message?.rcode ?? 0)
/** Each value once. */
export const unique = (values: Iterable<string>): string[] => [...new Set(values)]

/** A text that stands for itself in a basic regular expression between slashes. */
export const literal = (text: string): string => text.replace(/[.*[\]^$/\\]/g, '\\$&')

/** Takes the lines that fit out of a file, keeping a copy. */
export const withoutLines = (file: string, expression: string): string =>
  `cp ${file} ${file}.rungs && sed ${shellWord(`/${expression}/d`)} ${file}.rungs > ${file}`

/** Takes a name server out. */
export const reorder = (server: string): Remedy[] => [
  remedy({
    host: 'client',
    // Written through, not renamed: in a container the file is a mount of its own.
    command: withoutLines(
      '/etc/resolv.conf',
      `^nameserver[[:space:]]*${literal(server)}[[:space:]]*$`,
    ),
    why: `every look-up waits for ${server} first`,
    risk: 'programs that write /etc/resolv.conf may put it back',
    undo: 'cat /etc/resolv.conf.rungs > /etc/resolv.conf',
    keep: { kind: 'no-nameserver', server },
    turnsGreen: 'name.resolvers',
  }),
]
