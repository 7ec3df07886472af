/** What our compiler makes of an expression beside what libpcap makes of it, as listings. */

import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Circumstances } from '../../src/filter/circumstances.ts'
import { compile, compileBlocks } from '../../src/filter/compile.ts'
import { FilterError } from '../../src/filter/filter-error.ts'
import { layOut } from '../../src/filter/layout.ts'
import { formatListing } from '../../src/filter/listing.ts'
import { type Names, namesOf } from '../../src/filter/names.ts'
import { parseAddress } from '../../src/wire/address.ts'
import { libpcapCompile, SNAP_LENGTH } from './libpcap.ts'

const LOCALHOST = parseAddress('127.0.0.1')

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** Names as this machine, and with it libpcap, has them. */
export const NAMES: Names = namesOf({
  services: textOf('/etc/services'),
  protocols: textOf('/etc/protocols'),
  networks: textOf('/etc/networks'),
  hosts: new Map(LOCALHOST === null ? [] : [['router.test', [LOCALHOST]]]),
})

/** As libpcap compiles without a capture. */
export const circumstancesOf = (
  linkType: number,
  more: Partial<Circumstances> = {},
): Circumstances => {
  return {
    linkType,
    source: 'none',
    bigEndian: false,
    snapLength: SNAP_LENGTH,
    netmask: null,
    names: NAMES,
    ...more,
  }
}

/** Where captures and libpcap number a link type differently on Linux. */
const LIBPCAP_NUMBER: ReadonlyMap<number, number> = new Map([
  [100, 11],
  [101, 12],
])

/** The listing of libpcap, or `refused`. */
export function theirs(expression: string, linkType: number, optimise = false): string {
  const program = libpcapCompile(expression, LIBPCAP_NUMBER.get(linkType) ?? linkType, optimise)
  return typeof program === 'string' ? 'refused' : formatListing(program)
}

/** Our listing, or `refused`; whatever is thrown but a FilterError is a mistake of ours. */
export function ours(expression: string, circumstances: Circumstances, optimise = false): string {
  try {
    const program = optimise
      ? compile(expression, circumstances)
      : layOut(compileBlocks(expression, circumstances).root)
    return formatListing(program)
  } catch (error) {
    if (error instanceof FilterError) return 'refused'
    throw error
  }
}

/** Each expression has libpcap's listing before anything is optimised, or is refused as libpcap refuses it. */
export function expectSame(linkTypes: readonly number[], expressions: readonly string[]): void {
  for (const linkType of linkTypes)
    for (const expression of expressions)
      expect(
        `${expression}\n${ours(expression, circumstancesOf(linkType))}`,
        `link type ${linkType}`,
      ).toBe(`${expression}\n${theirs(expression, linkType)}`)
}

/** The error that compiling throws; none fails the test. */
export function refusal(expression: string, linkType = 1): FilterError {
  try {
    compile(expression, circumstancesOf(linkType))
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`“${expression}” is compiled`)
}

/** Time of the processor since `start`, in ms: what the clock shows depends on who else works. */
export function spentMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}
