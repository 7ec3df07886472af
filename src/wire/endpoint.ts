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
