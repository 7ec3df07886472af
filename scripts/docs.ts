/**
 * `npm run docs`: writes the pages of the documentation that are made from the source: the causes, and the
 * manual pages. Tests hold that they are current.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { commandTree } from '../src/cli/command-tree.ts'
import { formatManPage, PROGRAM_SUMMARY, pageName } from '../src/cli/man.ts'
import { ROOT } from '../src/cli/root.ts'
import { formatCataloguePage } from '../src/report/catalogue.ts'

writeFileSync('docs/causes.md', formatCataloguePage())

mkdirSync('man', { recursive: true })
for (const name of readdirSync('man')) rmSync(`man/${name}`)
const tree = await commandTree(ROOT, PROGRAM_SUMMARY)
for (const branch of tree) writeFileSync(`man/${pageName(branch)}.1`, formatManPage(branch, tree))
