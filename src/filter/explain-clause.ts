/** What is said of packets: a verb and the rest, so that it can be denied: “go to port 80”, “do not go to port 80”. */

/** A verb, what follows it, and whether both are denied. */
export type Clause = {
  readonly verb: 'are' | 'have' | 'come' | 'go' | 'carry' | 'belong'
  readonly rest: string
  readonly denied: boolean
}

/** One clause. */
export const clause = (verb: Clause['verb'], rest: string, denied = false): Clause => {
  return { verb, rest, denied }
}

/** The clause as it reads behind “packets that”. */
export const clauseText = ({ verb, rest, denied }: Clause): string => {
  if (!denied) return `${verb} ${rest}`
  return verb === 'are' ? `are not ${rest}` : `do not ${verb} ${rest}`
}

/** The opposite. */
export const deny = (of: Clause): Clause => {
  return { ...of, denied: !of.denied }
}

/** `a`, `a or b`, `a, b or c`. */
export function joined(parts: readonly string[], word: 'and' | 'or'): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`
}
