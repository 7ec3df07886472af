/** From the words of `--client`, `--server` and `--via` to a host. */
import type { Host, Role } from '../../diagnose/host.ts'
import { localHost } from './local.ts'
import { isNetnsName, netnsHost } from './netns.ts'
import { type SshOptions, sshHost } from './ssh.ts'
import { parseSshDestination } from './ssh-destination.ts'

const KINDS = 'local, netns://NAME, ssh://[USER@]HOST[:PORT]'

/** The host that `spec` means; nothing is opened before the first command. */
export function openHost(
  spec: string,
  hostName: string,
  role: Role,
  options: { readonly ssh?: SshOptions } = {},
): Host | { readonly error: string } {
  const shown = JSON.stringify(spec)
  if (spec === 'local' || spec === 'this') return localHost(hostName, role)
  const [, scheme, rest = ''] = /^([a-z0-9+.-]+):\/\/(.*)$/is.exec(spec) ?? []
  switch (scheme?.toLowerCase()) {
    case 'netns':
      return isNetnsName(rest)
        ? netnsHost(rest, hostName, role)
        : { error: `${shown} names no network namespace; ip netns list shows them` }
    case 'ssh': {
      const to = parseSshDestination(rest.replace(/\/$/, ''))
      return 'error' in to
        ? { error: `${shown} is not ssh://[USER@]HOST[:PORT]` }
        : sshHost(to, hostName, role, options.ssh)
    }
    default:
      return { error: `${shown} is no way to reach a host: ${KINDS}` }
  }
}
