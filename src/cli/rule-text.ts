/** The text of a file of rules, or of stdin: bounded, and with the reason where there is none. */
import { open } from 'node:fs/promises'
import { LONGEST_RULE_FILE } from '../facts/rule-file.ts'

const TOO_LARGE = `is longer than ${LONGEST_RULE_FILE / 1024 / 1024} MiB`

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read',
  EISDIR: 'is a directory',
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > LONGEST_RULE_FILE) throw new Error(TOO_LARGE)
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The text; rejects with an error that says why there is none, to follow the file's name. */
export async function readRuleText(path: string): Promise<string> {
  if (path === '-') return readAll(process.stdin)
  try {
    const file = await open(path, 'r')
    try {
      const about = await file.stat()
      if (!about.isFile()) return await readAll(file.createReadStream({ autoClose: false }))
      if (about.size > LONGEST_RULE_FILE) throw new Error(TOO_LARGE)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new Error(REASONS[code] ?? message)
  }
}
