/** Host keys of SSH: those that a client knows, `ssh-keygen -F`, and those that a server has. */
import { saysNoSuchFile } from './no-such-file.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** A public key as OpenSSH writes it. */
export type SshKey = {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` … */
  readonly type: string
  /** In base 64. */
  readonly key: string
}

/** A key that a file of known hosts holds for a host. */
export type KnownKey = SshKey & {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly marker: 'revoked' | 'cert-authority' | null
}

const KEY = /\b((?:sk-)?(?:ssh|ecdsa)-[\w@.-]+) (AAAA[\w+/]+=*)/

/** Reads what `ssh-keygen -F NAME -f FILE` prints; an unknown name and a missing file have no keys. */
export function parseKnownKeys({ stdout, stderr, code }: Output, file: string): KnownKey[] | null {
  const lines = stdout.split('\n')
  const keys = lines.flatMap((head, at): KnownKey[] => {
    const number = /^# Host .* found: line (\d+)/.exec(head)?.[1]
    const text = lines[at + 1] ?? ''
    const [, type, key] = (number !== undefined && KEY.exec(text)) || []
    if (type === undefined || key === undefined) return []
    const marker = /^@(revoked|cert-authority) /.exec(text)?.[1] as KnownKey['marker'] | undefined
    return [{ type, key, file, line: Number(number), marker: marker ?? null }]
  })
  const none = code === 1 ? stdout.trim() === '' : /No such file or directory\b/.test(stderr)
  return code === 0 || none ? keys : null
}

/** The keys that `file` holds for a host, hashed or not, by its name in there: `h` or `[h]:2222`. */
export const knownKeys = (name: string, file: string): Question<readonly KnownKey[]> => ({
  name: 'the known host keys',
  sources: [
    {
      argv: ['ssh-keygen', '-F', name, '-f', file],
      package: 'openssh-client',
      parse: (output) => (output.failure === null ? parseKnownKeys(output, file) : null),
    },
  ],
})

/** Reads public keys, one a line; null where there is none. */
export function parsePublicKeys(text: string): SshKey[] | null {
  const keys = text.split('\n').flatMap((line): SshKey[] => {
    const [, type, key] = KEY.exec(line) ?? []
    return type !== undefined && key !== undefined ? [{ type, key }] : []
  })
  return keys.length > 0 ? keys : null
}

/** The keys of the SSH server on a host, where sshd has them by default: sshd_config(5), HostKey. */
export const serverKeys: Question<readonly SshKey[]> = {
  name: 'the host keys of sshd',
  sources: [
    {
      argv: [
        'cat',
        ...['ed25519', 'ecdsa', 'rsa'].map((kind) => `/etc/ssh/ssh_host_${kind}_key.pub`),
      ],
      package: 'openssh-server',
      // Some of the files may be missing; the others are read all the same.
      parse: (output) =>
        succeeded(output) || saysNoSuchFile(output) ? parsePublicKeys(output.stdout) : null,
    },
  ],
}
