/** What each shell must offer for a line: the words in order of the alphabet. */
import { type Branch, commandTree } from '../../../src/cli/command-tree.ts'
import { ROOT } from '../../../src/cli/root.ts'

export const tree: readonly Branch[] = await commandTree(ROOT, '')

export const EXPECTED: readonly (readonly [line: string, offered: string])[] = [
  ['rungs ch', 'check'],
  ['rungs lab br', 'break'],
  ['rungs check --form', '--format'],
  ['rungs check --format j', 'json junit'],
  ['rungs check example.org -f h', 'html'],
  ['rungs check --server ne', 'netns://'],
  ['rungs check --timeout ', ''],
  ['rungs explain tcp.b', 'tcp.bound-elsewhere tcp.bound-to-loopback'],
  ['rungs lab break server-froz', 'server-frozen'],
  ['rungs completion f', 'fish'],
  ['rungs lab score --js', '--json'],
]
