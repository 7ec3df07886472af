/** A file of configuration as it stands, and the names in a directory, for what a file includes. */
import { saysNoSuchFile } from './no-such-file.ts'
import { type Question, succeeded } from './source.ts'

/** The text of a file; no answer where it is missing or may not be read. */
export const configText = (path: string): Question<string> => ({
  name: `the file ${path}`,
  sources: [
    {
      argv: ['cat', path],
      package: 'coreutils',
      parse: (output) => (succeeded(output) ? output.stdout : null),
    },
  ],
})

/** The names of what a directory holds; none where there is no such directory. */
export const directoryNames = (path: string): Question<readonly string[]> => ({
  name: `the files in ${path}`,
  sources: [
    {
      argv: ['ls', '-1', path],
      package: 'coreutils',
      parse: (output) =>
        succeeded(output)
          ? output.stdout.split('\n').filter(Boolean)
          : saysNoSuchFile(output)
            ? []
            : null,
    },
  ],
})
