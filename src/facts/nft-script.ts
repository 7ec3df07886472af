/**
 * What a file of nft(8) says before it is a listing: `define`d names are put in the place of their `$name`,
 * and what includes other files is refused, for their rules are not here (nftables(8), SCRIPTING).
 */

/** The text without definitions, lines kept where they are; or the line that cannot be followed. */
export type ExpandedScript =
  | { readonly text: string }
  | { readonly line: number; readonly because: string }

const DEFINE = /^\s*(?:re)?define\s+(\w+)\s*=\s*(.*)$/
const INCLUDE = /^\s*include\s+(.*)$/
const NAME = /\$(\w+)/g

/** Names within names may grow without end. */
const LONGEST_LINE = 100_000

const braces = (text: string): number => text.split('{').length - text.split('}').length

/** The lines with every `$name` replaced. */
export function expandNftScript(script: string): ExpandedScript {
  if (!/^\s*(?:(?:re)?define|include)\s/m.test(script)) return { text: script }
  const names = new Map<string, string>()
  const lines = script.split('\n')
  const expanded: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    const raw = lines[at] ?? ''
    if (INCLUDE.test(raw))
      return { line, because: `what it includes is not here: ${raw.trim().slice(0, 60)}` }
    let missing: string | null = null
    const text = raw.replace(NAME, (whole, name: string) => {
      const value = names.get(name)
      if (value === undefined) missing ??= name
      return value ?? whole
    })
    if (missing !== null && !raw.trimStart().startsWith('#'))
      return { line, because: `$${missing} is not defined before it` }
    if (text.length > LONGEST_LINE) return { line, because: 'its definitions make it too long' }
    const [, name, first = ''] = DEFINE.exec(text) ?? []
    if (name === undefined) {
      expanded.push(text)
      continue
    }
    // A set may go on over several lines.
    const value = [first]
    for (let depth = braces(first); depth > 0 && at + 1 < lines.length; ) {
      const more = lines[++at] ?? ''
      value.push(more)
      depth += braces(more)
    }
    expanded.push(...value.map(() => ''))
    names.set(name, value.join(' ').replace(/#.*$/, '').trim())
  }
  return { text: expanded.join('\n') }
}
