/** The sets that rules of iptables refer to, as `ipset save` prints them (ipset(8)). */
import { type Output, type Question, succeeded } from './source.ts'

/** A member as it is printed: its parts, and whether it is an exception (`nomatch`). */
export type IpsetMember = { readonly parts: readonly string[]; readonly except: boolean }

export type Ipset = {
  /** `hash`, `bitmap` or `list`. */
  readonly method: string
  /** What a member is made of: `ip`, `net`, `port`, `iface`, `mac`, `mark`, `set`. */
  readonly dimensions: readonly string[]
  /** Null for sets of no family. */
  readonly family: 4 | 6 | null
  /** Addresses stand for their networks of this length. */
  readonly netmask: number | null
  /** Only these bits of a mark count. */
  readonly markmask: string | null
  /** Created with something that is not understood here. */
  readonly odd: boolean
  readonly members: readonly IpsetMember[]
}

const CREATE = /^create (\S+) (hash|bitmap|list):(\S+)(.*)$/
const ADD = /^add (\S+) (\S+)(.*)$/

/** The number or word behind an option of `create`. */
function option(words: string, name: string): string | null {
  const list = words.split(' ')
  const at = list.indexOf(name)
  return at < 0 ? null : (list[at + 1] ?? null)
}

function familyOf(method: string, words: string): 4 | 6 | null {
  if (method === 'list') return null
  const family = option(words, 'family')
  if (family !== null) return family === 'inet6' ? 6 : 4
  return method === 'bitmap' && option(words, 'range')?.includes('.') ? 4 : null
}

function created(
  method: string,
  dimensions: string,
  words: string,
): Ipset & { members: IpsetMember[] } {
  const netmask = option(words, 'netmask')
  return {
    method,
    dimensions: dimensions.split(','),
    family: familyOf(method, words),
    netmask: netmask === null ? null : Number(netmask),
    markmask: option(words, 'markmask'),
    odd: option(words, 'bitmask') !== null,
    members: [],
  }
}

/** The sets of a listing by their names; null when there is none in it. */
export function parseIpsetSave(text: string): ReadonlyMap<string, Ipset> | null {
  const sets = new Map<string, Ipset & { members: IpsetMember[] }>()
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', method = '', dimensions = '', words = ''] = CREATE.exec(line) ?? []
    if (method !== '') sets.set(name, created(method, dimensions, words))
    const [, of = '', parts, more = ''] = method === '' ? (ADD.exec(line) ?? []) : []
    if (parts === undefined) continue
    const except = more
      .replace(/"[^"]*"/, '')
      .split(' ')
      .includes('nomatch')
    sets.get(of)?.members.push({ parts: parts.split(','), except })
  }
  return sets.size === 0 ? null : sets
}

/** The sets of a host; asked only where a rule refers to one. */
export const ipsets: Question<ReadonlyMap<string, Ipset>> = {
  name: 'the sets of ipset',
  sources: [
    {
      argv: ['ipset', 'save'],
      package: 'ipset',
      parse: (output: Output) => (succeeded(output) ? parseIpsetSave(output.stdout) : null),
    },
  ],
}
