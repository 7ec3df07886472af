/** Finding what has to be replaced: rule after rule, and what one has replaced no later one sees. */

export type Rule = {
  /** With the flag g. */
  readonly pattern: RegExp
  /** What stands for it; null where it may stay, or is for a later rule. */
  readonly replace: (found: string) => string | null
}

/** The plane for private use (Unicode §23.5) holds the places; none of it may come from outside. */
const FIRST_PLACE = 0xf0000
const PLACES = /[\u{f0000}-\u{ffffd}]/gu

/** The text with everything replaced that a rule wants replaced. */
export function applyRules(rules: readonly Rule[], text: string): string {
  const images: string[] = []
  let held = text.replace(PLACES, '')
  for (const { pattern, replace } of rules)
    held = held.replace(pattern, (found) => {
      const image = replace(found)
      if (image === null) return found
      images.push(image)
      return String.fromCodePoint(FIRST_PLACE + images.length - 1)
    })
  return held.replace(PLACES, (place) => images[(place.codePointAt(0) ?? 0) - FIRST_PLACE] ?? '')
}
