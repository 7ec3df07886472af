/**
 * Bundles the command line into `dist/`: one small entry, and a chunk for each command and heavy
 * part, read from disk only when it is used. koffi stays outside: it loads a native library from
 * its own folder.
 */
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })

await build({
  absWorkingDir: root,
  entryPoints: { rungs: 'src/cli/main.ts' },
  outdir: 'dist',
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['koffi'],
  sourcemap: 'external',
  logLevel: 'warning',
})

/** So that `npx rungs …` works in the checkout: npm itself links only the programs of dependencies. */
const bin = `${root}node_modules/.bin`
if (existsSync(bin)) {
  rmSync(`${bin}/rungs`, { force: true })
  symlinkSync('../../dist/rungs.js', `${bin}/rungs`)
}
