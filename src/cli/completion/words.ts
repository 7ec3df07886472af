/** What the completions of every shell offer for a flag and for its value. */
import type { Flag } from '../command.ts'

/** `--format`, `-f`. */
export const flagWords = ({ name, short }: Flag): string[] => [
  `--${name}`,
  ...(short ? [`-${short}`] : []),
]

/** The known beginnings of a host (`host/run/open.ts`). */
const HOSTS = ['local', 'ssh://', 'netns://', 'docker://', 'podman://', 'k8s://']

/** What may follow the flag and is known; none where anything may. */
export const valueWords = ({ value, choices }: Flag): readonly string[] =>
  choices ?? (value === 'HOST' ? HOSTS : [])
