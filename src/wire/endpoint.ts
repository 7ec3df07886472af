/** A host and a port in one text, as they are typed: RFC 3986 §3.2, RFC 5952 §6. */

/** A host as it stands before a colon: an IPv6 address in brackets. */
export const formatHost = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** `192.0.2.7:443`, `[2001:db8::7]:443`; any port (null) is `*`, as `ss` writes it. */
export const formatEndpoint = ({
  address,
  port,
}: {
  readonly address: string
  readonly port: number | null
}): string => `${formatHost(address)}:${port ?? '*'}`

/**
 * The two halves of `192.0.2.7:443`, `[2001:db8::7]:443`, `www:https` or `:443`, as they are typed,
 * without the brackets; a half that is missing is null. Null for what is no such text.
 */
export function splitEndpoint(
  text: string,
): { readonly host: string | null; readonly port: string | null } | null {
  const bare = (text.match(/:/g)?.length ?? 0) > 1 && !text.startsWith('[')
  if (bare) return { host: text, port: null }
  const [, bracketed, plain, port = null] =
    /^(?:\[([^[\]]+)\]|([^:[\]]*))(?::(.+))?$/.exec(text) ?? []
  if (bracketed === undefined && plain === undefined) return null
  const host = bracketed ?? plain ?? ''
  if (host === '' && port === null) return null
  return { host: host === '' ? null : host, port }
}
