/**
 * Where other fronts than nginx pass requests to, line by line: Apache's mod_proxy (`ProxyPass`,
 * `BalancerMember`, `SetHandler "proxy:…"`), HAProxy's `server` lines, Caddy's `reverse_proxy` and
 * `php_fastcgi`. Values are given as they are written.
 */

const APACHE =
  /^\s*(?:ProxyPass(?:Match)?\s+\S+\s+|ProxyPass\s+|BalancerMember\s+|SetHandler\s+)"?(?:proxy:)?([^"\s!]+)"?/i

/** `unix:/run/php.sock|fcgi://localhost` is a socket with a name for the backend. */
const withoutName = (url: string): string => url.split('|')[0] ?? url

/** Apache's upstreams. */
export const apacheUpstreams = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const [, value] = APACHE.exec(line) ?? []
    const url = withoutName(value ?? '')
    return /^(unix:|[a-z]+:\/\/)/.test(url) && !url.startsWith('balancer:') ? [url] : []
  })

/** HAProxy's servers; a name that begins with a slash is a UNIX socket. */
export const haproxyUpstreams = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const [, address] = /^\s*server\s+\S+\s+(\S+)/.exec(line) ?? []
    if (address === undefined || /\sdisabled\b/.test(line)) return []
    return [address.startsWith('/') ? `unix:${address}` : address.replace(/^unix@/, 'unix:')]
  })

/** Caddy's upstreams; a socket is `unix//path`. */
export const caddyUpstreams = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const [, rest] = /^\s*(?:reverse_proxy|php_fastcgi|to)\s+([^#{]+)/.exec(line) ?? []
    return (rest ?? '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '' && !/^[/@*]/.test(word) && !word.includes('{'))
      .map((word) => word.replace(/^unix\/\//, 'unix:/').replace(/^unix\//, 'unix:'))
  })
