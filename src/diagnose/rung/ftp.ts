/**
 * Rung 7 of FTP: the data connection, which goes to another port and sometimes to another address
 * (RFC 959 §4.1.2). It is tried as an anonymous user, while the control connection stands.
 */
import { shellWord } from '../../base/shell-word.ts'
import type { DataAttempt } from '../../dialog/conversation.ts'
import { talkFtpData } from '../../dialog/talk/ftp-data.ts'
import { isPrivate, parseAddress } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import type { Connect, Endpoint } from '../probes.ts'
import { readRules } from '../rules.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { judgeRules } from './firewall.ts'
import { dialogEvidence } from './session.ts'

/** As long as the first connections of a check are given: a dropped SYN is sent again after a second. */
const DATA_TIMEOUT_MS = 2500

/** A data connection that could not be had, and what the firewalls said while it was wanted. */
type Miss = { readonly connect: Connect; readonly rulings: readonly Ruling[] }

/** What every host's rules did to a connection, looked at while the server still waits for it. */
async function askRules(witness: Witness, endpoint: Endpoint): Promise<readonly Ruling[]> {
  const hosts = [witness.client, ...(witness.server ? [witness.server] : []), ...witness.routers]
  const errand = { scheme: 'tcp', host: endpoint.address, port: endpoint.port, path: '/' } as const
  return Promise.all(
    hosts.map(async (host) => {
      const { sets } = await readRules(host.ask)
      return judgeRules(witness, host, { endpoint, errand }, sets)
    }),
  )
}

export const data: Check = {
  id: 'application.data-channel',
  layer: 7,
  question: 'Can a data connection be had beside the control connection?',
  on: ['client'],
  rule: async (witness) => {
    if (witness.target?.scheme !== 'ftp') return skip('no FTP target')
    const { used } = await witness.visits()
    if (used?.stage !== 'answered' || used.told?.reception !== 'served')
      return skip('the control connection is not there')
    const misses = new Map<string, Miss>()
    const { address } = used.endpoint
    const visit = await witness.visitAs(used.errand, used.endpoint, {
      talk: () => talkFtpData(address, `${witness.token}@rungs.invalid`),
      reach: async (to) => {
        const connect = await witness.probes.connect(to, DATA_TIMEOUT_MS)
        if (connect.outcome === 'connected') return true
        misses.set(keyOf(to), { connect, rulings: await askRules(witness, to) })
        return false
      },
    })
    return judge(visit, misses)
  },
}

const keyOf = ({ address, port }: Pick<Endpoint, 'address' | 'port'>): string =>
  `${address}|${port}`

function judge(visit: Visit, misses: ReadonlyMap<string, Miss>): Ruling {
  const { told, endpoint } = visit
  const evidence = [dialogEvidence(visit)]
  if (!told) return unknown('the dialog broke off before a data connection was offered')
  if (told.reception !== 'served')
    return {
      ...unknown(`no data connection could be tried: anonymous gets ${told.line}`, 'a login'),
      evidence,
    }
  const attempts = told.data ?? []
  const good = attempts.find(({ reached, elsewhere }) => reached && !elsewhere)
  if (good)
    return pass(`${good.mode}: the data connection to port ${good.place?.port} stands`, evidence)
  const offered = attempts.filter(({ place }) => place !== null)
  if (offered.length === 0) return unoffered(attempts, evidence)
  const missed = offered.flatMap(({ place, elsewhere }) => {
    const to = place && {
      address: (!elsewhere && place.address) || endpoint.address,
      port: place.port,
    }
    const miss = to && misses.get(keyOf(to))
    return miss ? [miss] : []
  })
  const lines = missed.map(({ connect }) => shown('client', connect))
  return accused(visit, offered, missed, [...evidence, ...lines])
}

/** The server takes no passive mode at all. */
function unoffered(attempts: readonly DataAttempt[], evidence: readonly Evidence[]): Ruling {
  const because = `the server offers no data connection: ${attempts.map(({ line }) => line).join('; ')}`
  return { status: 'fail', summary: because, evidence, accuses: [accusation('server', because)] }
}

const accusation = (
  side: Accusation['side'],
  because: string,
  rest: Partial<Accusation> = {},
): Accusation => ({
  cause: 'ftp.data-channel',
  side,
  weight: 'proven',
  because,
  blocks: true,
  place: placeOn(side),
  ...rest,
})

/** Why the data connections could not be had, and who is to blame. */
function accused(
  visit: Visit,
  offered: readonly DataAttempt[],
  missed: readonly Miss[],
  evidence: readonly Evidence[],
): Ruling {
  const fail = (accuses: readonly Accusation[]): Ruling => ({
    status: 'fail',
    summary: accuses[0]?.because ?? '',
    evidence: [
      ...evidence,
      ...missed.flatMap(({ rulings }) =>
        rulings.flatMap((one) => (one.status === 'fail' ? (one.evidence ?? []) : [])),
      ),
    ],
    accuses,
  })
  const ports = [...new Set(offered.flatMap(({ place }) => (place ? [place.port] : [])))].join(', ')
  const byRule = missed.flatMap(({ rulings }) => rulings.flatMap(({ accuses = [] }) => accuses))
  const sure = byRule.filter(({ weight }) => weight === 'proven')
  const named = (sure.length > 0 ? sure : byRule).map(
    (one): Accusation => ({
      ...accusation(one.side, `the data connection to port ${ports} fails: ${one.because}`),
      weight: one.weight,
      ...(one.place && { place: one.place }),
      remedies: (one.remedies ?? []).flatMap(forRange),
    }),
  )
  const wrong = wrongAddress(visit, offered)
  // Where the same port answers by another address, no rule is in the way.
  if (wrong?.weight === 'proven') return fail([wrong])
  if (sure.length > 0) return fail(named)
  if (wrong) return fail([wrong, ...named])
  return fail(named.length > 0 ? named : [byOutcome(visit, missed, ports)])
}

/** Ports that servers are often told to stay within; any that nothing else uses will do. */
const RANGE = [40_000, 40_100] as const

/** The next data connection comes to another port: where one port would be let in, a range is. */
function forRange(mend: Remedy): readonly Remedy[] {
  const [least, most] = RANGE
  const turnsGreen = 'application.data-channel'
  const range = /\bnft /.test(mend.command) ? `${least}-${most}` : `${least}:${most}`
  const widen = (text: string): string => text.replaceAll(/(dport )\d+/g, `$1${range}`)
  if (widen(mend.command) === mend.command) return [{ ...mend, turnsGreen }]
  const opened: Remedy = {
    ...mend,
    turnsGreen,
    command: widen(mend.command),
    risk: widen(mend.risk).replace(/port \d+ passes/, `ports ${least} to ${most} pass`),
    undo: mend.undo === null ? null : widen(mend.undo),
  }
  const kept: Remedy = {
    host: 'server',
    command: `printf 'pasv_min_port=${least}\\npasv_max_port=${most}\\n' >>/etc/vsftpd.conf && systemctl restart vsftpd`,
    why: 'the server takes its data connections within the range that is let in (other servers: PassivePorts, PassivePortRange)',
    risk: 'the server is restarted; transfers that are under way are lost',
    undo: `sed -i '/^pasv_m[ai][xn]_port=/d' /etc/vsftpd.conf && systemctl restart vsftpd`,
    persist: 'it is kept in the configuration',
    turnsGreen,
  }
  return mend.host === 'server' ? [opened, kept] : [opened]
}

/** The server names an address that it is not reached by. */
function wrongAddress(
  { endpoint, identity }: Visit,
  offered: readonly DataAttempt[],
): Accusation | null {
  const told = offered.find(({ place }) => place?.address && place.address !== endpoint.address)
  const address = told?.place?.address
  if (!told || !address) return null
  const works = offered.some(({ elsewhere, reached }) => elsewhere && reached)
  const kind =
    isPrivate(address) && !isPrivate(endpoint.address) ? 'the private address' : 'the address'
  const because = `the server tells clients to come to ${kind} ${address} for the data connection (227), and it is reached by ${endpoint.address}${works ? `, where port ${told.place?.port} accepts` : ''}`
  return accusation('server', because, {
    weight: works || isPrivate(address) ? 'proven' : 'likely',
    remedies: [tellAddress(endpoint.address, identity?.product ?? null)],
  })
}

/** How each server is told the address by which it is reached. */
function tellAddress(address: string, product: string | null): Remedy {
  const family = parseAddress(address)?.family === 4
  const draft = (command: string, undo: string): Remedy => ({
    host: 'server',
    command,
    why: `clients are then told to come to ${family ? address : 'the address'} for their data`,
    risk: 'the server is restarted; transfers that are under way are lost',
    undo,
    persist: 'it is kept in the configuration',
    turnsGreen: 'application.data-channel',
  })
  const own = shellWord(address)
  if (product === 'ProFTPD')
    return draft(
      `printf 'MasqueradeAddress %s\\n' ${own} >/etc/proftpd/conf.d/address.conf && systemctl restart proftpd`,
      'rm /etc/proftpd/conf.d/address.conf && systemctl restart proftpd',
    )
  if (product === 'Pure-FTPd')
    return draft(
      `printf '%s\\n' ${own} >/etc/pure-ftpd/conf/ForcePassiveIP && systemctl restart pure-ftpd`,
      'rm /etc/pure-ftpd/conf/ForcePassiveIP && systemctl restart pure-ftpd',
    )
  return draft(
    `printf 'pasv_address=%s\\n' ${own} >>/etc/vsftpd.conf && systemctl restart vsftpd`,
    `sed -i '/^pasv_address=/d' /etc/vsftpd.conf && systemctl restart vsftpd`,
  )
}

/** No rule was seen to stop it: how it failed says where to look. */
function byOutcome({ endpoint }: Visit, missed: readonly Miss[], ports: string): Accusation {
  const [first] = missed
  const outcome = first?.connect.outcome ?? 'timeout'
  if (outcome === 'refused')
    return accusation(
      'server',
      `the server tells clients to come to port ${ports} for the data connection, and refuses them there`,
      {
        tellApart: {
          host: 'server',
          command: `ss -tlnp; nft list ruleset`,
          shows: 'whether the server listens on the port that it tells, and what rejects',
        },
      },
    )
  return accusation(
    'server',
    `the server tells clients to come to port ${ports} of ${endpoint.address} for the data connection, and nothing answers there: its passive range is not let through`,
    {
      weight: 'likely',
      tellApart: {
        host: 'server',
        command: `grep -h pasv_ /etc/vsftpd.conf; nft list ruleset; lsmod | grep nf_conntrack_ftp`,
        shows:
          'a passive range (pasv_min_port, pasv_max_port) that no rule opens, and no connection tracking helper that would',
      },
    },
  )
}
