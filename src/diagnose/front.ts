/**
 * What a web front says of itself on the server: its program by the process behind the port, its
 * configuration as files (never by `nginx -T`, which opens logs and makes directories), with what
 * they include; and from these where a request is passed to.
 */

import { configText, directoryNames } from '../facts/config-text.ts'
import {
  chooseServer,
  type Directive,
  nginxServers,
  nginxUpstreams,
  parseNginxConfig,
} from '../facts/nginx-config.ts'
import { process } from '../facts/ps.ts'
import { apacheUpstreams, caddyUpstreams, haproxyUpstreams } from '../facts/upstream-lines.ts'
import { formatHost } from '../wire/endpoint.ts'
import { typed } from './check.ts'
import type { Evidence } from './diagnosis.ts'
import type { Inquiry } from './host.ts'
import { portListeners } from './serving.ts'
import type { Errand } from './visit.ts'
import type { Witness } from './witness.ts'

export type Product = 'nginx' | 'apache' | 'haproxy' | 'caddy'

/** A front that can be read. */
export type Front = {
  readonly product: Product
  /** The process that reads the configuration anew on a signal. */
  readonly pid: number
  readonly files: readonly string[]
  /** The configuration with everything that it includes, in place. */
  readonly text: string
}

/** How a product is told by its command, where its configuration lies, and how a line includes others. */
type Manual = {
  readonly product: Product
  readonly command: RegExp
  /** The option that names the file. */
  readonly option: RegExp
  readonly usual: readonly string[]
  readonly include: RegExp | null
}

const MANUALS: readonly Manual[] = [
  {
    product: 'nginx',
    command: /^nginx\b|\/nginx\b|nginx: master/,
    option: /\s-c\s*(\S+)/g,
    usual: ['/etc/nginx/nginx.conf', '/usr/local/nginx/conf/nginx.conf'],
    include: /(?<=^|[\s;{}])include\s+["']?([^\s"';]+)["']?\s*;/gm,
  },
  {
    product: 'apache',
    command: /(^|\/)(apache2|httpd)\b/,
    option: /\s-f\s*(\S+)/g,
    usual: ['/etc/apache2/apache2.conf', '/etc/httpd/conf/httpd.conf'],
    include: /^[ \t]*Include(?:Optional)?[ \t]+"?([^\s"]+)"?/gim,
  },
  {
    product: 'haproxy',
    command: /(^|\/)haproxy\b/,
    option: /\s-f\s+(\S+)/g,
    usual: ['/etc/haproxy/haproxy.cfg'],
    include: null,
  },
  {
    product: 'caddy',
    command: /(^|\/)caddy\b/,
    option: /\s--config\s+(\S+)/g,
    usual: ['/etc/caddy/Caddyfile'],
    include: /^[ \t]*import[ \t]+(\S*[/.]\S*)/gm,
  },
]

/** More files than this are no configuration of a front. */
const MOST_FILES = 60
const MOST_DEPTH = 4

/** `conf.d/*.conf` for the names of its directory; only the last part may have wildcards. */
export function matchesGlob(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  return (
    new RegExp(`^${expression}$`).test(name) && (!name.startsWith('.') || pattern.startsWith('.'))
  )
}

/** Reads files with what they include, each in its place. */
class Reader {
  readonly files: string[] = []
  readonly #inquiry: Inquiry
  readonly #manual: Manual
  readonly #root: string

  constructor(inquiry: Inquiry, manual: Manual, root: string) {
    this.#inquiry = inquiry
    this.#manual = manual
    this.#root = root
  }

  /** The text of the file, or null where it cannot be read. */
  async read(path: string, depth = 0): Promise<string | null> {
    if (this.files.length >= MOST_FILES || depth > MOST_DEPTH) return null
    const file = await this.#inquiry.ask(configText(path))
    if (!file.known) return null
    this.files.push(path)
    const { include } = this.#manual
    if (!include) return file.value
    const parts: string[] = []
    let at = 0
    for (const found of file.value.matchAll(include)) {
      parts.push(file.value.slice(at, found.index))
      for (const name of await this.#expand(found[1] ?? ''))
        parts.push((await this.read(name, depth + 1)) ?? '')
      at = (found.index ?? 0) + found[0].length
    }
    return [...parts, file.value.slice(at)].join('\n')
  }

  async #expand(pattern: string): Promise<string[]> {
    const path = pattern.startsWith('/') ? pattern : `${this.#root}/${pattern}`
    if (!/[*?]/.test(path)) return [path]
    const slash = path.lastIndexOf('/')
    const directory = path.slice(0, slash)
    if (/[*?]/.test(directory)) return []
    const names = await this.#inquiry.ask(directoryNames(directory))
    return names.known
      ? names.value
          .filter((name) => matchesGlob(path.slice(slash + 1), name))
          .map((name) => `${directory}/${name}`)
      : []
  }
}

/** The front behind the port in question; null where it is none that can be read. */
export async function readFront(witness: Witness, inquiry: Inquiry): Promise<Front | null> {
  const { here } = await portListeners(witness, inquiry)
  const pids = [...new Set(here.flatMap(({ processes }) => processes).map(({ pid }) => pid))]
  const answers = await Promise.all(pids.slice(0, 8).map((pid) => inquiry.ask(process(pid))))
  const known = answers.flatMap((answer) => (answer.known ? [answer.value] : []))
  for (const manual of MANUALS) {
    const own = known.filter(({ command }) => manual.command.test(command))
    const master = own.find(({ command }) => /master/.test(command)) ?? own[0]
    if (!master) continue
    const named = [...` ${master.command}`.matchAll(manual.option)].map(([, file = '']) => file)
    const paths = named.length > 0 ? named : manual.usual
    for (const path of paths.filter((one) => one.startsWith('/'))) {
      const reader = new Reader(inquiry, manual, path.slice(0, path.lastIndexOf('/')))
      const text = await reader.read(path)
      if (text !== null)
        return { product: manual.product, pid: master.pid, files: reader.files, text }
    }
  }
  return null
}

/** nginx's directives; none for another product. */
export const directivesFrom = ({ product, text }: Front): readonly Directive[] =>
  product === 'nginx' ? parseNginxConfig(text) : []

/** Where a request is passed to: an address and a port, or the path of a UNIX socket. */
export type Upstream = { readonly path: string } | { readonly host: string; readonly port: number }

/** Reads `http://127.0.0.1:8080/x`, `10.0.0.7:9000`, `unix:/run/php.sock`; null for anything else. */
export function parseUpstream(text: string): Upstream | null {
  const unix = /(?:^|:\/\/)unix:([^:|]+)/.exec(text)?.[1]
  if (unix) return { path: unix }
  const [, scheme = '', rest = ''] = /^(?:([a-z0-9]+):\/\/)?(.*)$/i.exec(text) ?? []
  const authority = rest.split(/[/?]/)[0] ?? ''
  const [, host = '', port] = /^(\[[^\]]+\]|[^:\s]+)?(?::(\d{1,5}))?$/.exec(authority) ?? []
  if (host === '' && port === undefined) return null
  // What is written there is handed to programs: nothing but a name or an address.
  if (host !== '' && !/^\[?[\w:][\w.:-]*\]?$/.test(host)) return null
  const usual = scheme === 'https' ? 443 : scheme === 'fcgi' ? 9000 : 80
  return { host: host.replace(/^\[|\]$/g, '') || 'localhost', port: Number(port ?? usual) }
}

export const formatUpstream = (one: Upstream): string =>
  'path' in one ? `unix:${one.path}` : `${formatHost(one.host)}:${one.port}`

/** The upstreams of a request, as the front's configuration has them, each once. */
export function upstreamsOf(front: Front, errand: Errand): Upstream[] {
  const config = directivesFrom(front)
  const chosen = chooseServer(nginxServers(config), errand.host, errand.port)
  const written =
    front.product === 'nginx'
      ? chosen
        ? nginxUpstreams(config, chosen.server, errand.path.replace(/[?].*$/, ''))
        : []
      : front.product === 'apache'
        ? apacheUpstreams(front.text)
        : front.product === 'haproxy'
          ? haproxyUpstreams(front.text)
          : caddyUpstreams(front.text)
  const all = written.flatMap((text) => parseUpstream(text) ?? [])
  return all.filter(
    (one, at) => all.findIndex((other) => formatUpstream(other) === formatUpstream(one)) === at,
  )
}

/** The evidence that the configuration gives: the file, and the lines that matter. */
export const configEvidence = (front: Front, lines: readonly string[]): Evidence => ({
  host: 'server',
  source: 'cat',
  command: typed(['cat', ...front.files.slice(0, 6)]),
  lines: lines.slice(0, 6),
})
