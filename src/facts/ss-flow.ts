/**
 * What `ss -i` tells of established connections (iproute2's misc/ss.c, tcp_timer_print and
 * tcp_stats_print): which timer runs, how often data was sent again, and when it was last sent.
 */

import { type Output, type Question, succeeded } from './source.ts'
import { parseSs, type Socket } from './ss.ts'

/** A connection, and how what it sends gets on. */
export type Flow = {
  readonly socket: Socket
  /** As in `Standing`: for an acknowledgment it sends again, for a window it asks. */
  readonly waitsFor: 'acknowledgment' | 'window' | null
  /** How often the oldest of it was sent again. */
  readonly retransmissions: number
  /** Since data was last sent; null where it is not told. */
  readonly lastSentMs: number | null
}

const WAITS_FOR: Readonly<Record<string, Flow['waitsFor']>> = {
  on: 'acknowledgment',
  persist: 'window',
}

/** The connections that `ss -tnoi` printed, each a line and an indented one; null for other text. */
export function parseFlows(text: string): readonly Flow[] | null {
  if (text.trim() === '') return []
  const records = text.split(/\n(?=\S)/)
  const flows = records.flatMap((record): Flow[] => {
    const [head = '', ...rest] = record.split('\n')
    const [socket] = parseSs(head) ?? []
    if (!socket) return []
    const [, timer = '', again] = /timer:\((\w+),[^,)]{0,20},(\d{1,9})\)/.exec(head) ?? []
    const sent = /\blastsnd:(\d{1,12})\b/.exec(rest.join(' '))?.[1]
    return [
      {
        socket,
        waitsFor: WAITS_FOR[timer] ?? null,
        retransmissions: timer === 'on' ? Number(again) : 0,
        lastSentMs: sent === undefined ? null : Number(sent),
      },
    ]
  })
  return flows.length > 0 ? flows : null
}

/** The connections of this host to a port of others. */
export const flowsTo = (port: number): Question<readonly Flow[]> => ({
  name: 'how the connections get on',
  sources: [
    {
      argv: ['ss', '-H', '-tnoi', 'dport', '=', `:${port}`],
      package: 'iproute2',
      parse: (output: Output) => (succeeded(output) ? parseFlows(output.stdout) : null),
    },
  ],
})
