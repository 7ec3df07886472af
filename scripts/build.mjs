/**
 * Bundles the command line into `dist/`, or the directory that is given: one small entry, and a chunk
 * for each command and heavy part, read from disk only when it is used. koffi stays outside: it loads
 * a native library from its own folder.
 */
import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

const [given] = process.argv.slice(2)
const outdir = resolve(root, given ?? 'dist')

/** What both builds have in common. */
const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['koffi'],
  // node has nothing to read that nobody would: half of the text, and a third of the time to load it.
  minify: true,
  sourcemap: 'external',
  metafile: true,
  logLevel: 'warning',
}

/**
 * Counting packets takes less time than loading thirty small files: what it needs is one file, which shares nothing with the
 * others, so that no class of it is known to them.
 */
const COUNT = 'parts/perform-count'
const apart = {
  name: 'apart',
  setup: (plugins) =>
    plugins.onResolve({ filter: /\/perform-count\.ts$/ }, () => ({
      path: './perform-count.js',
      external: true,
    })),
}

const builds = await Promise.all([
  build({
    ...common,
    entryPoints: { rungs: 'src/cli/main.ts' },
    chunkNames: 'parts/[name]-[hash]',
    splitting: true,
    plugins: [apart],
  }),
  build({ ...common, entryPoints: { [COUNT]: 'src/cli/perform-count.ts' } }),
])
const outputs = builds.flatMap(({ metafile }) => Object.keys(metafile.outputs))

/** The chunks of an earlier build go only now, so that a build that fails leaves a whole one. */
const written = new Set(outputs.map((path) => resolve(root, path)))
for (const name of readdirSync(outdir, { recursive: true }))
  if (/\.(?:js|map)$/.test(name) && !written.has(resolve(outdir, name)))
    rmSync(resolve(outdir, name))

/** So that `npx rungs …` works in the checkout: npm itself links only the programs of dependencies. */
const bin = resolve(root, 'node_modules/.bin')
if (given === undefined && existsSync(bin)) {
  rmSync(`${bin}/rungs`, { force: true })
  symlinkSync('../../dist/rungs.js', `${bin}/rungs`)
}
