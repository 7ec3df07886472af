import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandTree } from '../../src/cli/command-tree.ts'
import { formatManPage, PROGRAM_SUMMARY, pageName } from '../../src/cli/man.ts'
import { ROOT } from '../../src/cli/root.ts'

const tree = await commandTree(ROOT, PROGRAM_SUMMARY)

test('man/ is what npm run docs makes, and is packed', () => {
  const names = tree.map((branch) => `${pageName(branch)}.1`).toSorted()
  expect(readdirSync('man').toSorted()).toEqual(names)
  const { files, directories } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(files).toContain('man')
  expect(directories.man).toBe('man')
})

test.for(tree.map((branch) => [pageName(branch), branch] as const))(
  '%s is current, mandoc finds nothing to warn of, and man shows it',
  ([name, branch]) => {
    const path = `man/${name}.1`
    expect(readFileSync(path, 'utf8')).toBe(formatManPage(branch, tree))
    execFileSync('mandoc', ['-Tlint', '-W', 'warning', path], { encoding: 'utf8' })
    const shown = execFileSync('man', ['-l', path], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '80', MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
    }).replace(/.\u0008/g, '')
    expect(shown).toMatch(new RegExp(`^${name.toUpperCase()}\\(1\\)`))
    for (const flag of branch.flags) expect(shown).toContain(`--${flag.name}`)
    expect(shown).toContain('\nSYNOPSIS\n')
  },
)

test('what roff would read as a request or an escape is shown as it is', () => {
  const command = {
    name: 'x',
    operands: 'A [B…]',
    mostOperands: 2,
    help: 'Reads \\n. It goes on.\n.so /etc/passwd',
    examples: ["'quoted' \\fB"],
    flags: [],
    notes: [],
    run: async () => 0,
  }
  const branch = { words: 'x', summary: '.TH', of: command, flags: [], next: [] }
  const page = formatManPage(branch, [branch])
  expect(page).toContain('\n.Nd \\&.TH\n')
  expect(page).toContain('\nReads \\en.\n')
  expect(page).toContain("\n\\&'quoted' \\efB\n")
  expect(page).toContain('\n.Ar A\n.Op Ar B ...\n')
  expect(page).not.toMatch(/^\.so/m)
})
