/** What a kernel module says of itself, as modinfo(8) of kmod or busybox prints it. */
import type { Output, Question } from './source.ts'

/** A kernel module's own words. */
export type ModuleInfo = {
  readonly name: string
  readonly description: string | null
  /** Where it lies; `(builtin)` where it is part of the kernel. */
  readonly filename: string | null
}

const FIELD = /^(name|description|filename):\s+(\S.*)$/

function parseInfo(name: string, { stdout }: Output): ModuleInfo | null {
  const fields = new Map<string, string>()
  for (const line of stdout.split(/\r?\n/)) {
    const [, field, value] = FIELD.exec(line) ?? []
    if (field !== undefined && value !== undefined && !fields.has(field)) fields.set(field, value)
  }
  if (fields.size === 0) return null
  return {
    name: fields.get('name') ?? name,
    description: fields.get('description') ?? null,
    filename: fields.get('filename') ?? null,
  }
}

/** The description and file of module `name`; no answer where the kernel has no such module. */
export const moduleInfo = (name: string): Question<ModuleInfo> => ({
  name: `what the kernel module ${name} is`,
  sources: [
    { argv: ['modinfo', name], package: 'kmod', parse: (output) => parseInfo(name, output) },
  ],
})
