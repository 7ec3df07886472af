/** Which files and folders there are: `ls -d`, which prints those that it finds. */
import type { Output, Question } from './source.ts'

const parse = (
  paths: readonly string[],
  { stdout, stderr }: Output,
): ReadonlySet<string> | null => {
  const found = new Set(stdout.split(/\r?\n/).filter((line) => paths.includes(line)))
  return found.size > 0 || /No such file or directory/.test(stderr) ? found : null
}

/** Those of `paths` that exist, perhaps none. */
export const present = (paths: readonly string[]): Question<ReadonlySet<string>> => ({
  name: 'which files there are',
  sources: [
    { argv: ['ls', '-d', ...paths], package: 'coreutils', parse: (output) => parse(paths, output) },
  ],
})
