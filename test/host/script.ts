/** A script of its own process, for tests of what happens when a process ends. */
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** Bundles TypeScript that imports from `src/` (as `./host/…`) and gives the file to run. */
export function bundle(directory: string, name: string, source: string): string {
  const outfile = join(directory, `${name}.mjs`)
  const resolveDir = new URL('../../src', import.meta.url).pathname
  const modules = join(directory, 'node_modules')
  if (!existsSync(modules)) symlinkSync(join(resolveDir, '../node_modules'), modules)
  buildSync({
    stdin: { contents: source, resolveDir, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    outfile,
  })
  return outfile
}
