/**
 * nginx's configuration (ngx_conf_file.c): directives that end in `;` or hold a block. What is read
 * of it: which server block answers for a name and a port (ngx_http_core_module, `server_name`),
 * which certificate it serves, and where its locations pass requests to.
 */

/** One directive, with what its block holds. */
export type Directive = {
  readonly name: string
  readonly words: readonly string[]
  readonly block: readonly Directive[] | null
}

/** A word, quoted or not; `${name}` is part of a word. A comment ends with its line. */
const TOKEN =
  /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{\w+\}|\\.|[^\s{};"'#\\])(?:\$\{\w+\}|\\.|[^\s{};\\])*)/g

/** Deeper blocks are none of nginx's. */
const MOST_DEPTH = 16

/** The directives of a text, as far as they can be made out. Never throws. */
export function parseNginxConfig(text: string): readonly Directive[] {
  type Open = { directives: Directive[]; words: string[] }
  const root: Open = { directives: [], words: [] }
  const open: Open[] = [root]
  for (const [, double, single, mark, bare] of text.matchAll(TOKEN)) {
    const top = open.at(-1) ?? root
    const word = double ?? single ?? bare
    if (word !== undefined) top.words.push(word.replace(/\\(["'])/g, '$1'))
    else if (mark === ';') {
      const [name, ...words] = top.words.splice(0)
      if (name !== undefined) top.directives.push({ name, words, block: null })
    } else if (mark === '{' && open.length <= MOST_DEPTH) open.push({ directives: [], words: [] })
    else if (mark === '}' && open.length > 1) {
      open.pop()
      const outer = open.at(-1) ?? root
      const [name = '', ...words] = outer.words.splice(0)
      outer.directives.push({ name, words, block: top.directives })
    }
  }
  return root.directives
}

/** Every directive of that name, however deep. */
export const directivesOf = (all: readonly Directive[], name: string): Directive[] =>
  all.flatMap((one) => [
    ...(one.name === name ? [one] : []),
    ...(one.block ? directivesOf(one.block, name) : []),
  ])

/** A virtual host. */
export type NginxServer = {
  readonly listens: readonly { readonly port: number; readonly isDefault: boolean }[]
  readonly names: readonly string[]
  /** The file of `ssl_certificate`; null where none is told. */
  readonly certificate: string | null
  readonly block: readonly Directive[]
}

function parseListen({ words }: Directive): NginxServer['listens'][number] | null {
  const [where = '', ...flags] = words
  if (where.startsWith('unix:')) return null
  // `80`, `*:80`, `192.0.2.1:80`, `[::]:80`; an address alone means port 80.
  const written = /(?:^|:)(\d{1,5})$/.exec(where.replace(/^\[[^\]]*\]/, ''))?.[1]
  const isDefault = flags.includes('default_server') || flags.includes('default')
  return { port: Number(written ?? 80), isDefault }
}

/** The virtual hosts for the web, in their order. */
export const nginxServers = (config: readonly Directive[]): NginxServer[] =>
  directivesOf(config, 'http').flatMap(({ block: http }) =>
    (http ?? [])
      .filter(({ name, block }) => name === 'server' && block !== null)
      .map(({ block }) => {
        const own = block ?? []
        const of = (name: string): Directive[] => own.filter((one) => one.name === name)
        const listens = of('listen').flatMap((one) => parseListen(one) ?? [])
        return {
          listens: of('listen').length === 0 ? [{ port: 80, isDefault: false }] : listens,
          names: of('server_name').flatMap(({ words }) => words),
          certificate: of('ssl_certificate')[0]?.words[0] ?? null,
          block: own,
        }
      }),
  )

/** How well a name fits, as nginx prefers it: exact, `*.x`, `x.*`, a regular expression; 0 for not. */
function fit(pattern: string, host: string): number {
  const name = pattern.toLowerCase()
  if (name === host) return 4
  if (name.startsWith('*.') && host.endsWith(name.slice(1))) return 3
  if (name.startsWith('.') && (host === name.slice(1) || host.endsWith(name))) return 3
  if (name.endsWith('.*') && host.startsWith(name.slice(0, -1))) return 2
  // A regular expression is not run: it is somebody else's, and may take for ever.
  return name.startsWith('~') ? 1 : 0
}

/** The virtual host that answers, and whether by its name or for want of a better one. */
export function chooseServer(
  servers: readonly NginxServer[],
  host: string,
  port: number,
): { readonly server: NginxServer; readonly byName: boolean } | null {
  const here = servers.filter(({ listens }) => listens.some((one) => one.port === port))
  const fits = (server: NginxServer): number =>
    Math.max(0, ...server.names.map((name) => fit(name, host.toLowerCase())))
  const [best] = here.toSorted((a, b) => fits(b) - fits(a))
  if (best && fits(best) > 0) return { server: best, byName: true }
  const usual =
    here.find(({ listens }) => listens.some((one) => one.port === port && one.isDefault)) ?? here[0]
  return usual ? { server: usual, byName: false } : null
}

const PASSES = ['proxy', 'fastcgi', 'uwsgi', 'scgi', 'grpc'].map((kind) => `${kind}_pass`)

/** The location that takes a path: exact, else the longest prefix; regular expressions are not run. */
function chooseLocation(block: readonly Directive[], path: string): readonly Directive[] {
  const locations = block.filter(({ name, block: inner }) => name === 'location' && inner !== null)
  const prefixOf = ({ words }: Directive): string | null => {
    const [first = '', second] = words
    if (second === undefined) return first
    return first === '=' || first === '^~' ? second : null
  }
  const exact = locations.find(({ words }) => words[0] === '=' && words[1] === path)
  const [longest] = locations
    .filter((one) => one.words[0] !== '=' && path.startsWith(prefixOf(one) ?? '\0'))
    .toSorted((a, b) => (prefixOf(b)?.length ?? 0) - (prefixOf(a)?.length ?? 0))
  return (exact ?? longest)?.block ?? []
}

/**
 * Where a request for `path` may be passed to, as it is written (`http://127.0.0.1:8080`,
 * `unix:/run/php.sock`), upstream groups by their members; what holds a variable is left out.
 */
export function nginxUpstreams(
  config: readonly Directive[],
  server: NginxServer,
  path: string,
): string[] {
  const groups = directivesOf(config, 'upstream').filter(({ block }) => block !== null)
  const passesIn = (block: readonly Directive[]): string[] =>
    PASSES.flatMap((name) => directivesOf(block, name)).map(({ words }) => words[0] ?? '')
  const chosen = passesIn(chooseLocation(server.block, path))
  const passes = chosen.length > 0 ? chosen : passesIn(server.block)
  return passes
    .filter((one) => one !== '' && !one.includes('$'))
    .flatMap((one) => {
      const name = one.replace(/^[a-z]+:\/\//, '').split('/')[0] ?? ''
      const group = groups.find(({ words }) => words[0] === name)
      const members = (group?.block ?? []).filter(
        ({ name: kind, words }) => kind === 'server' && !words.includes('down'),
      )
      return members.length > 0 ? members.map(({ words }) => words[0] ?? '') : [one]
    })
}
