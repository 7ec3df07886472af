/** Which units a word belongs to: the unit files that hold it, systemd.unit(5), by one `grep`. */
import type { Output, Question } from './source.ts'

const DIRECTORIES = ['/etc/systemd/system', '/run/systemd/system', '/lib/systemd/system']

/** `/etc/systemd/system/app.service` is `app.service`; what lies in `app.service.d` belongs to it too. */
function parseNames({ stdout, code }: Output): readonly string[] | null {
  // 1: nothing fits; 2: a directory is missing, which is usual.
  if (code === null || code > 2) return null
  const names = stdout
    .split('\n')
    .flatMap(
      (path) => /\/([\w@.:-]+\.(?:service|socket))(?:\.d\/[^/]+)?$/.exec(path.trim())?.[1] ?? [],
    )
  return [...new Set(names)]
}

/** The units whose files hold the word, such as a port or the path of a socket. */
export const unitsNaming = (word: string): Question<readonly string[]> => ({
  name: `the units that name ${word}`,
  sources: [
    {
      argv: ['grep', '-rlswF', '-e', word, ...DIRECTORIES],
      package: 'grep',
      parse: parseNames,
    },
  ],
})
