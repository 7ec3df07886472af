/**
 * Which of the words after `rungs read` are files and which a filter, as tcpdump takes one. Files come first: a word is one as
 * long as there is a file of its name; the first other word begins the filter, and all that follow belong to it.
 */
import { KEYWORDS } from '../../filter/keyword.ts'

/** What a capture is called: a word that ends like this is a file, even one that does not exist. */
const CAPTURE_NAME = /\.(?:pcap|pcapng|cap|dmp|dump|txt|log|gz)\d*$/i

/** A path has a folder's name, a dot or nothing before its first slash; the prefix of a network has numbers there. */
const PATH = /^(?:\.{0,2}\/|[^/]*[^/\d.:a-f][^/]*\/)/i

/** What only a filter has in it. */
const OPERATOR = /[\s[\]()=<>!&|]/

/** The words of a command line. */
export type Operands = {
  readonly files: readonly string[]
  /** The filter; null where no word is one. */
  readonly expression: string | null
}

/**
 * `isFile` tells whether there is a file of that name; `hasFile` whether one was named by a flag. A keyword of the filter language
 * is a file only where none was named before; without any file the first word is taken for one, so that it is said to be missing.
 */
export function splitOperands(
  operands: readonly string[],
  hasFile: boolean,
  isFile: (path: string) => boolean,
): Operands {
  let end = 0
  for (const word of operands) {
    const isFirst = end === 0 && !hasFile
    const isNamed =
      word === '-' || (!OPERATOR.test(word) && (CAPTURE_NAME.test(word) || PATH.test(word)))
    if (!isFirst && !isNamed && (KEYWORDS.has(word) || !isFile(word))) break
    end++
  }
  const words = operands.slice(end)
  return { files: operands.slice(0, end), expression: words.length === 0 ? null : words.join(' ') }
}
