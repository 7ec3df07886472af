/** Telling a file that is not there (ENOENT) from one that could not be read. */
import type { Output } from './source.ts'

const SAID = /^[^\n]{1,200}: No such file or directory$/m

/** True when the command ended by itself and said `No such file or directory`. */
export const saysNoSuchFile = (output: Output): boolean =>
  output.failure === null &&
  (SAID.test(output.stderr.trimEnd()) || SAID.test(output.stdout.trimEnd()))
