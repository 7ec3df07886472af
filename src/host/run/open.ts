/** From the words of `--server` and `--router` to a host: one table of the ways to reach one. */
import { nearest } from '../../base/nearest.ts'
import type { Host, Role } from '../../diagnose/host.ts'
import type { PodContainer } from '../../facts/kubectl.ts'
import { containerHost } from './container.ts'
import { kubectlEngine, localEngine } from './engine.ts'
import { localHost } from './local.ts'
import { isNetnsName, netnsHost } from './netns.ts'
import { type SshOptions, sshHost } from './ssh.ts'
import { parseSshDestination } from './ssh-destination.ts'

/** Whose host it becomes in the diagnosis. */
type Part = { readonly name: string; readonly role: Role; readonly ssh: SshOptions | undefined }

type Way = {
  /** How it is written; what is in brackets may be left out. */
  readonly form: string
  /** The host that what stands behind `SCHEME://` means; null where it can mean none. */
  readonly open: (rest: string, part: Part) => Host | null
  /** Why it can mean none. */
  readonly error: string
}

/** What docker and podman take for a name; moby, daemon/names. An id is one, too. */
const CONTAINER = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,252}$/

/** RFC 1123 §2.1 as Kubernetes has it: a label, and labels with dots between them. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const isPodName = (text: string): boolean =>
  text.length <= 253 && text.split('.').every((label) => LABEL.test(label))

/** `NAMESPACE/POD[/CONTAINER]`; null for anything else. */
export function parsePod(text: string): PodContainer | null {
  const [namespace = '', name = '', container = null, ...more] = text.split('/')
  if (!LABEL.test(namespace) || !isPodName(name) || more.length > 0) return null
  return container === null || LABEL.test(container) ? { namespace, name, container } : null
}

const engineWay = (program: 'docker' | 'podman'): Way => ({
  form: `${program}://NAME`,
  open: (rest, { name, role }) =>
    CONTAINER.test(rest)
      ? containerHost(localEngine(program, rest), `${program}://${rest}`, name, role)
      : null,
  error: `names no container; ${program} ps -a lists them`,
})

const WAYS: Readonly<Record<string, Way>> = {
  netns: {
    form: 'netns://NAME',
    open: (rest, { name, role }) => (isNetnsName(rest) ? netnsHost(rest, name, role) : null),
    error: 'names no network namespace; ip netns list shows them',
  },
  ssh: {
    form: 'ssh://[USER@]HOST[:PORT]',
    open: (rest, { name, role, ssh }) => {
      const to = parseSshDestination(rest)
      return 'error' in to ? null : sshHost(to, name, role, ssh)
    },
    error: 'is not ssh://[USER@]HOST[:PORT]',
  },
  docker: engineWay('docker'),
  podman: engineWay('podman'),
  k8s: {
    form: 'k8s://NAMESPACE/POD[/CONTAINER]',
    open: (rest, { name, role }) => {
      const which = parsePod(rest)
      return which && containerHost(kubectlEngine(which), `k8s://${rest}`, name, role)
    },
    error: 'is not k8s://NAMESPACE/POD[/CONTAINER]; kubectl get pods -A lists them',
  },
}

const FORMS = ['local', ...Object.values(WAYS).map(({ form }) => form)].join(', ')

/** The host that `spec` means; nothing is opened before the first command. */
export function openHost(
  spec: string,
  name: string,
  role: Role,
  options: { readonly ssh?: SshOptions } = {},
): Host | { readonly error: string } {
  const shown = JSON.stringify(spec)
  if (spec === 'local' || spec === 'this') return localHost(name, role)
  const [, word = '', rest = ''] = /^([a-z0-9+.-]+):\/\/(.*?)\/?$/is.exec(spec) ?? []
  const scheme = word.toLowerCase()
  const way = Object.hasOwn(WAYS, scheme) ? WAYS[scheme] : undefined
  if (way)
    return way.open(rest, { name, role, ssh: options.ssh }) ?? { error: `${shown} ${way.error}` }
  const near = nearest(scheme, Object.keys(WAYS))
  const meant = near === null ? '' : `; did you mean ${near}://?`
  return { error: `${shown} is no way to reach a host: ${FORMS}${meant}` }
}
