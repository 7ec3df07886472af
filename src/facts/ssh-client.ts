/** What the ssh of this host would offer, and where it keeps the keys that it knows: `ssh -G`, ssh(1). */
import { type Question, succeeded } from './source.ts'

/** The settings that apply to one host, ssh_config(5). */
export type SshSettings = {
  /** Where it would really connect to. */
  readonly hostname: string
  /** Preferred first. */
  readonly keyExchange: readonly string[]
  readonly hostKey: readonly string[]
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
  /** Files of known hosts, the user's first; some may not exist. */
  readonly knownHostsFiles: readonly string[]
  /** The name by which the key is kept, where that is another than the host's. */
  readonly hostKeyAlias: string | null
}

/** Reads the output of `ssh -G`: a keyword in lower case and its value a line; null for anything else. */
export function parseSshSettings(text: string): SshSettings | null {
  const values = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, key, value] = /^([a-z]\w*) (.*)$/.exec(line) ?? []
      return key !== undefined && value !== undefined ? [[key, value.trim()]] : []
    }),
  )
  const list = (key: string): string[] => values.get(key)?.split(',').filter(Boolean) ?? []
  const words = (key: string): string[] => values.get(key)?.split(' ').filter(Boolean) ?? []
  const hostname = values.get('hostname')
  if (hostname === undefined || !values.has('kexalgorithms')) return null
  return {
    hostname,
    keyExchange: list('kexalgorithms'),
    hostKey: list('hostkeyalgorithms'),
    ciphers: list('ciphers'),
    macs: list('macs'),
    knownHostsFiles: [...words('userknownhostsfile'), ...words('globalknownhostsfile')],
    hostKeyAlias: values.get('hostkeyalias') ?? null,
  }
}

/** What ssh would do for `host`; nothing is connected to. */
export const sshSettings = (host: string): Question<SshSettings> => ({
  name: 'the settings of ssh',
  sources: [
    {
      argv: ['ssh', '-G', host],
      package: 'openssh-client',
      parse: (output) => (succeeded(output) ? parseSshSettings(output.stdout) : null),
    },
  ],
})

/** The kinds of algorithms that `ssh -Q` knows by these names. */
export type SshAlgorithms = 'kex' | 'HostKeyAlgorithms' | 'cipher' | 'mac'

/** Every algorithm of a kind that this ssh was built with, allowed or not. */
export const sshSupported = (kind: SshAlgorithms): Question<readonly string[]> => ({
  name: 'the algorithms of ssh',
  sources: [
    {
      argv: ['ssh', '-Q', kind],
      package: 'openssh-client',
      parse: (output) =>
        succeeded(output) && /^[\w@.-]+$/m.test(output.stdout)
          ? output.stdout.split('\n').filter((line) => /^[\w@.-]+$/.test(line))
          : null,
    },
  ],
})
