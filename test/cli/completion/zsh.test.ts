import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { zshCompletion } from '../../../src/cli/completion/zsh.ts'
import { EXPECTED, tree } from './expected.ts'

const directory = mkdtempSync(join(tmpdir(), 'rungs-zsh-'))
writeFileSync(join(directory, '_rungs'), zshCompletion(tree))
afterAll(() => rmSync(directory, { recursive: true }))

/**
 * An interactive zsh in a pseudo-terminal: it completes each line that is typed, and every word that a
 * completion adds is printed behind a mark.
 */
const DRIVE = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT= TERM=dumb; fpath=(\${(q)1} \\$fpath); autoload -Uz compinit; compinit -u -D
LISTMAX=10000; bindkey '^X' complete-word; bindkey '^U' kill-whole-line
compadd() { local -a found; builtin compadd -O found \\"\\$@\\"; print -l '' OFFERED:\\$^found; builtin compadd \\"\\$@\\" }
next() { zle -I; print DO''NE; zle kill-whole-line }; zle -N next; bindkey '^N' next; print RE''ADY"
zpty -r shell text '*READY*'
shift
for line; do
  zpty -w -n shell "$line"$'\\x18'$'\\x0e'
  zpty -r shell text '*DONE*'
  print -r -- "LINE:$line"
  print -r -- "$text"
done
zpty -d shell
`

function offeredFor(lines: readonly string[]): Map<string, string> {
  const output = execFileSync('zsh', ['-fc', DRIVE, 'drive', directory, ...lines], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return new Map(
    output
      .replaceAll('\r', '')
      .split('LINE:')
      .slice(1)
      .map((block): [string, string] => {
        const words = [...block.matchAll(/^OFFERED:(.*)$/gm)].map(([, word = '']) => word.trim())
        const line = block.slice(0, block.indexOf('\n'))
        return [
          line,
          [...new Set(words)]
            .filter((word) => word !== '')
            .toSorted()
            .join(' '),
        ]
      }),
  )
}

test('zsh offers what it should', { timeout: 60_000 }, () => {
  const offered = offeredFor(EXPECTED.map(([line]) => line))
  // An option that takes its value behind a sign is offered with the sign or without it.
  for (const [line, words] of EXPECTED)
    expect(offered.get(line)?.replace(/=$/, ''), line).toBe(words)
})
