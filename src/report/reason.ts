/** What was ruled out and what is not known, with all that has the same reason in one place. */
import type { Diagnosis } from '../diagnose/diagnosis.ts'

export type Reason = {
  /** The causes, or the checks, each once. */
  readonly names: readonly string[]
  readonly because: string
}

function byReason(all: readonly (readonly [name: string, because: string])[]): Reason[] {
  const names = new Map<string, Set<string>>()
  for (const [name, because] of all) names.set(because, (names.get(because) ?? new Set()).add(name))
  return [...names].map(([because, those]) => ({ names: [...those], because }))
}

/** The causes that were ruled out. */
export const ruledOut = ({ verdict }: Diagnosis): Reason[] =>
  byReason(verdict.excluded.map(({ cause, because }) => [cause, because]))

/** The checks that could not be answered, each with its host, and what it would take. */
export function notKnown({ unknowns, routers }: Diagnosis): Reason[] {
  const hosts = ['client', 'server', ...routers.map(({ name }) => name)]
  return byReason(
    unknowns.map(({ id, because, needs }) => {
      const host = hosts.find((name) => because.startsWith(`${name}: `))
      const reason = host ? because.slice(host.length + 2) : because
      return [host ? `${id} on ${host}` : id, needs ? `${reason} (needs ${needs})` : reason]
    }),
  )
}
