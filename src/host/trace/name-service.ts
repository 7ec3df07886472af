/**
 * The host's resolver, asked for records that getaddrinfo(3) has no word for: the name servers of
 * /etc/resolv.conf, one after the other, and /etc/hosts before them. Bounded in number and time.
 */
import { readFile } from 'node:fs/promises'
import { hostsFile } from '../../facts/hosts-file.ts'
import { resolverConfig } from '../../facts/resolv-conf.ts'
import { printed, type Question } from '../../facts/source.ts'
import { type Address, canonicalAddress, formatAddress } from '../../wire/address.ts'
import { reverseName } from '../../wire/name.ts'
import { probeDns } from '../probe/dns.ts'

/** Questions that are out at a time. */
const MOST_AT_ONCE = 16

export type NameService = {
  /** The name of an address; null where it has none or nobody tells in time. */
  readonly nameOf: (address: Address) => Promise<string | null>
  /** The texts of a name, each as one; none where there are none or nobody tells in time. */
  readonly textsOf: (name: string) => Promise<readonly string[]>
}

async function parseFile<T>(path: string, { sources }: Question<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return sources[0]?.parse(printed(text)) ?? null
}

/** Where resolv.conf names no server, resolv.conf(5). */
const USUAL_SERVER = '127.0.0.1'

/** Lets at most so many run at a time. */
function gate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}

/** The resolver of this host; a server that does not answer within `timeoutMs` is passed over. */
export async function openNameService(timeoutMs: number): Promise<NameService> {
  const [config, entries] = await Promise.all([
    parseFile('/etc/resolv.conf', resolverConfig),
    parseFile('/etc/hosts', hostsFile),
  ])
  const servers = config?.nameservers.length ? config.nameservers : [USUAL_SERVER]
  const pass = gate(MOST_AT_ONCE)
  const dead = new Set<string>()
  const ask = (name: string, type: string) =>
    pass(async () => {
      for (const server of servers.filter((one) => !dead.has(one))) {
        const query = { server, port: 53, name, type, tcp: false, timeoutMs }
        const { outcome, message } = await probeDns(query)
        if (outcome === 'answer' && message) return message.answers
        // Hops have many addresses, and each would wait as long.
        dead.add(server)
      }
      return []
    })
  return {
    nameOf: async (address) => {
      const text = formatAddress({ ...address, zone: null })
      const own = entries?.find((entry) => canonicalAddress(entry.address) === text)
      if (own?.names[0] !== undefined) return own.names[0]
      const answers = await ask(reverseName(address.bytes), 'PTR')
      const [name] = answers.flatMap(({ data }) => (data.kind === 'PTR' ? [data.name] : []))
      return name ?? null
    },
    textsOf: async (name) =>
      (await ask(name, 'TXT')).flatMap(({ data }) =>
        data.kind === 'TXT' ? [data.texts.join('')] : [],
      ),
  }
}
