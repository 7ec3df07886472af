/**
 * Rung 7 of SSH: what client and server have in common (RFC 4253 §7.1), and whether the host key is
 * the one that this client knows (ssh(1), "Verifying host keys").
 */
import { shellWord } from '../../base/shell-word.ts'
import { commonAlgorithm, type SshHostKey, type SshKexinit } from '../../dialog/ssh.ts'
import {
  type SshAlgorithms,
  type SshSettings,
  sshSettings,
  sshSupported,
} from '../../facts/ssh-client.ts'
import { type KnownKey, knownKeys, serverKeys } from '../../facts/ssh-keys.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Evidence, Remedy, Side } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** The visit in which an SSH server told of itself; null where there is none. */
async function sshVisit(witness: Witness): Promise<Visit | null> {
  const { used } = await witness.visits()
  return used?.told?.algorithms ? used : null
}

/** One choice that both sides must make alike. */
type Choice = {
  readonly kind: SshAlgorithms
  /** The option of ssh_config(5) that adds to it. */
  readonly option: string
  readonly client: readonly string[]
  readonly server: readonly string[]
}

/** These carry their own integrity, so that no MAC is chosen (RFC 5647, PROTOCOL.chacha20poly1305). */
const hasNoMac = (cipher: string | null): boolean =>
  cipher !== null && /gcm|chacha20-poly1305/.test(cipher)

function choices(own: SshSettings, offered: SshKexinit): Choice[] {
  const ways = [
    [offered.encryptionToServer, offered.macToServer],
    [offered.encryptionToClient, offered.macToClient],
  ] as const
  return [
    { kind: 'kex', option: 'KexAlgorithms', client: own.keyExchange, server: offered.keyExchange },
    {
      kind: 'HostKeyAlgorithms',
      option: 'HostKeyAlgorithms',
      client: own.hostKey,
      server: offered.hostKey,
    },
    ...ways.flatMap(([ciphers, macs]): Choice[] => [
      { kind: 'cipher', option: 'Ciphers', client: own.ciphers, server: ciphers },
      ...(hasNoMac(commonAlgorithm(own.ciphers, ciphers))
        ? []
        : [{ kind: 'mac', option: 'MACs', client: own.macs, server: macs } as const]),
    ]),
  ]
}

/** What OpenSSH gave up by default, for being weak (release notes of 6.7 to 8.8). */
const WEAK = /sha1$|sha1-etm|group1-|^ssh-rsa$|^ssh-dss|-cbc|arcfour|md5|ripemd/

const isWeak = (names: readonly string[]): boolean => names.every((name) => WEAK.test(name))

/** Names of which there are many are shown in part. */
const some = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')}, …` : names.join(', ') || 'nothing'

export const algorithms: Check = {
  id: 'application.ssh-algorithms',
  layer: 7,
  question: 'Have the client’s ssh and the server an algorithm of each kind in common?',
  on: ['client'],
  rule: async (witness, inquiry) => {
    if (witness.target?.scheme !== 'ssh') return skip('no SSH target')
    const [visit, answer] = await Promise.all([
      sshVisit(witness),
      inquiry.ask(sshSettings(witness.target.host)),
    ])
    const offered = visit?.told?.algorithms
    if (!visit || !offered) return skip('no SSH server told its algorithms')
    if (!answer.known) return unanswered(answer)
    const all = choices(answer.value, offered)
    const apart = all.find(({ client, server }) => commonAlgorithm(client, server) === null)
    const evidence = witnessed(inquiry, answer, shownChoices(all))
    if (apart) return disagree(apart, visit, inquiry, evidence)
    const [method, key, cipher] = all.map(({ client, server }) => commonAlgorithm(client, server))
    return pass([method, key, cipher].join(', '), evidence)
  },
}

const shownChoices = (all: readonly Choice[]): string[] =>
  all
    .slice(0, 3)
    .flatMap(({ option, client, server }) => [
      `${option.toLowerCase()} ${client.join(',')}`,
      `the server offers ${server.join(',')}`,
    ])

/** Nothing in common: who is behind the times, and what the client could allow. */
async function disagree(
  { kind, option, client, server }: Choice,
  { errand }: Visit,
  inquiry: Inquiry,
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const side: Side = isWeak(server) ? 'server' : 'client'
  const because = `no ${option} in common: ssh here offers ${some(client)}; the server offers ${some(server)}`
  const supported = await inquiry.ask(sshSupported(kind))
  const could = supported.known ? commonAlgorithm(server, supported.value) : null
  const port = errand.port === 22 ? '' : ` -p ${errand.port}`
  const allow: Remedy | null =
    could === null
      ? null
      : {
          host: 'client',
          command: `ssh -o ${option}=+${could}${port} ${shellWord(errand.host)}`,
          why: `this ssh knows ${could} and does not offer it by itself`,
          risk: WEAK.test(could)
            ? `${could} is weak: only for as long as the server cannot be mended`
            : 'none that is known',
          undo: 'leave the option out',
          persist: `in ~/.ssh/config: Host ${errand.host}, and below it ${option} +${could}`,
          turnsGreen: 'application.ssh-algorithms',
        }
  const accusation: Accusation = {
    cause: 'ssh.key-exchange',
    side,
    weight: 'proven',
    because,
    blocks: true,
    place: placeOn(side),
    remedies: allow ? [allow] : [],
    tellApart: {
      host: 'client',
      command: `ssh -v${port} ${shellWord(errand.host)}`,
      shows: 'Unable to negotiate: no matching …',
    },
  }
  return { status: 'fail', summary: because, evidence, accuses: [accusation] }
}

/** The name under which a key is kept: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
const nameOf = (host: string, port: number, alias: string | null): string =>
  alias ?? (port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`)

const inBase64 = ({ blob }: SshHostKey): string =>
  btoa(Array.from(blob, (byte) => String.fromCharCode(byte)).join(''))

const shortKey = (key: string): string => `${key.slice(0, 24)}…${key.slice(-12)}`

/** What the client's files hold of a host. */
type Known = {
  /** By what name. */
  readonly name: string
  readonly keys: readonly KnownKey[]
  readonly evidence: readonly Evidence[]
}

/** What this client knows of a host, or why that cannot be told. */
async function askKnown(inquiry: Inquiry, host: string, port: number): Promise<Known | Ruling> {
  const settings = await inquiry.ask(sshSettings(host))
  if (!settings.known) return unanswered(settings)
  const { hostKeyAlias, knownHostsFiles } = settings.value
  const name = nameOf(host, port, hostKeyAlias)
  const answers = await Promise.all(
    knownHostsFiles.map((file) => inquiry.ask(knownKeys(name, file))),
  )
  const known = answers.filter((answer) => answer.known)
  if (known.length === 0)
    return unknown('the files of known hosts cannot be read', 'openssh-client')
  const holding = known.filter(({ value }) => value.length > 0)
  return {
    name,
    keys: known.flatMap(({ value }) => value),
    evidence: holding.flatMap((answer) => [...witnessed(inquiry, answer)]),
  }
}

export const hostKey: Check = {
  id: 'application.ssh-host-key',
  layer: 7,
  question: 'Is the server’s host key the one that this client knows?',
  on: ['client'],
  rule: async (witness, inquiry) => {
    const { target } = witness
    if (target?.scheme !== 'ssh') return skip('no SSH target')
    const [visit, known] = await Promise.all([
      sshVisit(witness),
      askKnown(inquiry, target.host, target.port),
    ])
    if (!visit) return skip('no SSH server told its host key')
    if ('status' in known) return known
    const shown = await showKey(witness, visit, known.keys)
    if (shown) return compare(witness, { ...known, shown })
    return known.keys.length === 0
      ? pass('this client knows no key of the host, so that any is new to it')
      : unknown('the server did not show its host key', null)
  },
}

/** The key that the server shows; asked for again where only one of another type is known. */
async function showKey(
  witness: Witness,
  { errand, endpoint, told }: Visit,
  known: readonly KnownKey[],
): Promise<SshHostKey | null> {
  const first = told?.hostKey ?? null
  const types = known.map(({ type }) => type)
  if (!first || types.length === 0 || types.includes(first.type)) return first
  const again = await witness.visitAs(errand, endpoint, { keyTypes: types })
  return again.told?.hostKey ?? first
}

type Comparison = Known & { readonly shown: SshHostKey }

async function compare(witness: Witness, comparison: Comparison): Promise<Ruling> {
  const { name, shown, keys, evidence } = comparison
  const key = inBase64(shown)
  const same = keys.filter((one) => one.key === key)
  const revoked = same.find(({ marker }) => marker === 'revoked')
  const plain = keys.filter(({ marker, type }) => marker === null && type === shown.type)
  if (!revoked && same.length > 0)
    return pass(`${shown.type} ${shortKey(key)}, as this client knows it`, evidence)
  if (!revoked && plain.length === 0)
    return pass(
      `this client knows no ${shown.type} key of ${name}, so that it is new to it`,
      evidence,
    )
  const [old] = plain
  const because = revoked
    ? `the host key ${shortKey(key)} of ${name} is marked as revoked in ${revoked.file}, line ${revoked.line}`
    : `the host key of ${name} is another than ssh knows: it shows ${shown.type} ${shortKey(key)}, ${old?.file} line ${old?.line} holds ${shortKey(old?.key ?? '')}; ssh refuses to connect`
  return changed(witness, comparison, because, revoked ?? old ?? null)
}

/**
 * A key that the server has itself is nobody else's. One that it has not where sshd keeps its keys by
 * default may still be its own, kept elsewhere.
 */
async function changed(
  { server }: Witness,
  { name, shown, evidence }: Comparison,
  because: string,
  entry: KnownKey | null,
): Promise<Ruling> {
  const own = server ? await server.ask(serverKeys) : null
  const isOwn = own?.known ? own.value.some(({ key }) => key === inBase64(shown)) : null
  const seen = own?.known && server ? witnessed(server, own) : []
  const verify = 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'
  const forget: Remedy | null = entry && {
    host: 'client',
    command: `ssh-keygen -R ${shellWord(name)} -f ${shellWord(entry.file)}`,
    why: 'the old key is forgotten, and the next connection asks about the new one',
    risk: isOwn
      ? 'none: the key is the server’s own'
      : `IF SOMEBODY ELSE ANSWERS, HE IS BELIEVED FROM THEN ON: first compare the fingerprint that ssh shows with \`${verify}\` on the server itself`,
    undo: `mv ${shellWord(`${entry.file}.old`)} ${shellWord(entry.file)}`,
    persist: null,
    turnsGreen: 'application.ssh-host-key',
  }
  const told =
    isOwn === null
      ? because
      : `${because}; ${isOwn ? 'it is the key that the server has' : 'it is none of those in /etc/ssh of the server'}`
  const accusation: Accusation = {
    cause: 'ssh.key-exchange',
    side: 'client',
    weight: isOwn === false ? 'likely' : 'proven',
    because: told,
    blocks: true,
    place: placeOn('client'),
    remedies: forget ? [forget] : [],
    tellApart: { host: 'server', command: verify, shows: 'the fingerprint that ssh shows as well' },
  }
  const other: Accusation = {
    cause: 'firewall.redirect',
    side: 'path',
    weight: 'possible',
    because: `${told}: another host answers in its place`,
    blocks: true,
    place: placeOn('path'),
  }
  return {
    status: 'fail',
    summary: told,
    evidence: [...evidence, ...seen],
    accuses: isOwn ? [accusation] : [accusation, other],
  }
}
