/**
 * The rules in files: one listing, in one file or in several, since what iptables-save, ip6tables-save,
 * nft and ipset print of a host belongs together.
 */
import { parseRuleFile } from '../facts/rule-file.ts'
import type { RuleSet } from '../facts/rule-set.ts'

/** A file as it was read; its name is what errors call it. */
export type RuleText = { readonly name: string; readonly text: string }

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

const countLines = (text: string): number => ended(text).split('\n').length - 1

/** `line 12: …` of all files together, as it is said of the one whose line it is. */
function errorOf(error: string, files: readonly RuleText[]): string {
  const [, line, because] = /^line (\d+): (.*)$/s.exec(error) ?? []
  if (line === undefined) return `${files.map(({ name }) => name).join(', ')} ${error}`
  let at = Number(line)
  for (const { name, text } of files) {
    const lines = countLines(text)
    if (at <= lines) return `${name}, line ${at}: ${because}`
    at -= lines
  }
  return `${files.at(-1)?.name}, at its end: ${because}`
}

/** The rules of all files; the error says in which of them what is wrong. */
export function parseRuleFiles(
  files: readonly RuleText[],
  family: 4 | 6,
): RuleSet | { readonly error: string } {
  const empty = files.find(({ text }) => text.trim() === '')
  if (empty !== undefined) return { error: `${empty.name} is empty` }
  const found = parseRuleFile(files.map(({ text }) => ended(text)).join(''), family)
  return 'error' in found ? { error: errorOf(found.error, files) } : found
}
