/**
 * The lab's data: topologies, faults, oddities and certificates, one file each in the directory
 * `lab/` beside the program. A new fault is a new file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LabError } from './surroundings.ts'

/** The directory `lab/` of the package: the nearest one above this file that holds topologies. */
export function labDirectory(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    const candidate = join(at, 'lab')
    if (existsSync(join(candidate, 'topologies'))) return candidate
    if (at === dirname(at))
      throw new LabError('the directory lab/ is missing beside the program; install rungs again')
  }
}

/** The names of the JSON files in one of the lab's directories, in alphabetical order. */
export const dataNames = (kind: string): string[] =>
  readdirSync(join(labDirectory(), kind))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()

/** The content of `lab/KIND/NAME.json`, not yet looked at. */
export function readData(kind: string, name: string): unknown {
  const known = dataNames(kind)
  if (!known.includes(name))
    throw new LabError(`lab/${kind} has no ${name}; it has ${known.join(', ')}`)
  const path = join(labDirectory(), kind, `${name}.json`)
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new LabError(`${path} is not JSON: ${(error as Error).message}`)
  }
}
