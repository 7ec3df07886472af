import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

/** The rooms of src in order: a file imports from its own room and from earlier ones. */
const ROOMS = [
  'base',
  'wire',
  'capture',
  'filter',
  'flow',
  'dialog',
  'facts',
  'policy',
  'diagnose',
  'report',
  'host',
  'lab',
  'cli',
] as const

/** From here on a room may know Node; everything before runs in a browser as well. */
const FIRST_IMPURE: number = ROOMS.indexOf('host')

/** A pure room is told what time it is; that it knows no other global of Node, the compiler holds. */
const CLOCK = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/

/** Packages, and the folder of src that may import each. */
const PACKAGES: Readonly<Record<string, string>> = {
  koffi: join('host', 'kernel'),
  '@noble/hashes/legacy.js': 'flow',
}

/** Names that say nothing of what is in the file. */
const EMPTY_NAMES = /^(?:utils?|helpers?|common|types?|index|misc|shared|lib|core|manager)\.ts$/

const root = join(import.meta.dirname, '..')
const src = join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .toSorted()

const read = (file: string): string => readFileSync(join(src, file), 'utf8')

const roomOf = (file: string): string => file.split(sep)[0] ?? ''
const rankOf = (file: string): number => ROOMS.indexOf(roomOf(file) as (typeof ROOMS)[number])

/** The text without comments; what a string holds stays. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<=^|\s)\/\/.*$/gm, '')

const IMPORT =
  /^(?:import|export)\b[^'"`=()]*?\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'|^import '([^']+)'/gm

/** What the file imports, statically, dynamically or for its types. */
const importsOf = (file: string): string[] =>
  [...withoutComments(read(file)).matchAll(IMPORT)].map(
    ([, named, dynamic, bare]) => named ?? dynamic ?? bare ?? '',
  )

const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier)

test('src holds rooms and nothing else', () => {
  expect(readdirSync(src).toSorted()).toEqual(ROOMS.toSorted())
})

test.for(files)('%s imports only what its room may', (file) => {
  for (const specifier of importsOf(file)) {
    const told = `${file} imports ${specifier}`
    if (specifier.startsWith('.')) {
      const target = relative(src, join(src, dirname(file), specifier))
      expect(rankOf(target), `${told}, which is in no room`).toBeGreaterThanOrEqual(0)
      expect(rankOf(target), `${told}, a later room`).toBeLessThanOrEqual(rankOf(file))
      expect(specifier, `${told} without its ending`).toMatch(/\.ts$/)
    } else if (isBuiltin(specifier)) {
      expect(specifier, `${told} without node:`).toMatch(/^node:/)
      expect(rankOf(file), `${told} in a pure room`).toBeGreaterThanOrEqual(FIRST_IMPURE)
    } else {
      expect(PACKAGES[specifier], `${told}, a package that is not allowed`).toBeDefined()
      expect(dirname(file), told).toBe(PACKAGES[specifier])
    }
  }
})

test.for(files.filter((file) => rankOf(file) < FIRST_IMPURE))('%s reads no clock', (file) => {
  expect(withoutComments(read(file))).not.toMatch(CLOCK)
})

/** A file that only declares types has nothing that could be tested. */
const onlyTypes = (file: string): boolean =>
  !/^(?:export )?(?:async )?(?:const|let|function|class)\b|^(?!import|export|type)\w+[.(]/m.test(
    read(file),
  )

/** One table and nothing that runs: `cause/link.ts` is held by the test of what joins its folder. */
const onlyData = (file: string): boolean =>
  !/=>|^\s*(?:export )?(?:async )?(?:let|function|class)\b/m.test(withoutComments(read(file)))

const testOf = (file: string): string => join(root, 'test', `${file.replace(/\.ts$/, '')}.test.ts`)

test.for(files)('%s has a test', (file) => {
  const own = [testOf(file), testOf(file).replace(/\.test\.ts$/, '.lab.test.ts')]
  const joined = onlyData(file) ? [testOf(`${dirname(file)}.ts`)] : []
  expect([...own, ...joined].some(existsSync) || onlyTypes(file)).toBe(true)
})

test.for(files)('%s has a name that says what it is, and opens by saying it', (file) => {
  expect(basename(file)).not.toMatch(EMPTY_NAMES)
  expect(basename(file)).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/)
  expect(read(file)).toMatch(/^(?:#!.*\n)?\/\*\*/)
})

test.for(ROOMS)('%s has a README of a few lines', (room) => {
  const readme = join(src, room, 'README.md')
  expect(existsSync(readme), readme).toBe(true)
  const lines = readFileSync(readme, 'utf8').trim().split('\n')
  expect(lines.length).toBeGreaterThanOrEqual(5)
  expect(lines.length).toBeLessThanOrEqual(15)
})
