/** Where `ssh` is to go: `[user@]host[:port]`, as in an ssh:// URI (ssh(1)). */
import { formatHost } from '../../wire/endpoint.ts'

export type SshDestination = {
  /** Null: the user's ssh configuration decides. */
  readonly user: string | null
  /** A name, an alias of the configuration, or an address without brackets. */
  readonly host: string
  readonly port: number | null
}

const USER = /^[^-\s:@/'"\\$`;&|<>()\u0000-\u001f\u007f][^\s@/'"\\$`;&|<>()\u0000-\u001f\u007f]*$/
const HOST = /^[\p{L}\p{N}_.][\p{L}\p{N}_.-]*$/u
const SIX = /^[0-9a-fA-F:.]+(?:%[\w.-]+)?$/

/** Reads a destination; nothing that ssh would take for an option or give to a shell is one. */
export function parseSshDestination(text: string): SshDestination | { readonly error: string } {
  const error = { error: `${JSON.stringify(text)} is not [user@]host[:port]` }
  const at = text.lastIndexOf('@')
  const user = at < 0 ? null : text.slice(0, at)
  const rest = text.slice(at + 1)
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(rest)
  const plain = /^([^:[\]]*)(?::(\d{1,5}))?$/.exec(rest)
  const parts = bracketed ?? plain
  const host = parts?.[1] ?? (SIX.test(rest) ? rest : '')
  const port = parts?.[2] === undefined ? null : Number(parts[2])
  if (user !== null && !USER.test(user)) return error
  if (!(bracketed || !plain ? SIX : HOST).test(host) || host.length > 255) return error
  if (port !== null && (port < 1 || port > 0xffff)) return error
  return { user, host, port }
}

/** The text of a destination, as it is read. */
export function formatSshDestination({ user, host, port }: SshDestination): string {
  return `${user === null ? '' : `${user}@`}${formatHost(host)}${port === null ? '' : `:${port}`}`
}
