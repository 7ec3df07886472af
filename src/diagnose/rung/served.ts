/**
 * Rung 6, on the server: which certificate does it serve itself, seen without the path between? If
 * it is another one, something on the path replaces it; if it is the same, the files behind it show
 * what the server should serve.
 */
import { shellWord } from '../../base/shell-word.ts'
import { configText, directoryNames } from '../../facts/config-text.ts'
import { chooseServer, nginxServers } from '../../facts/nginx-config.ts'
import { isSameCertificate, servedAt } from '../../facts/openssl-s-client.ts'
import { certificateFile } from '../../facts/openssl-x509.ts'
import { familyOf } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import { directivesFrom, type Front, readFront } from '../front.ts'
import type { Inquiry } from '../host.ts'
import type { TlsSession } from '../probes.ts'
import { remedy } from '../remedy.ts'
import { holdsTarget } from '../serving.ts'
import type { Visit } from '../visit.ts'

export const served: Check = {
  id: 'tls.served',
  layer: 6,
  question: 'Does the server serve this certificate, and is it the one that it should serve?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    const visit = await witness.failing()
    const tls = visit?.exchange.tls
    if (visit?.stage !== 'tls' || tls?.outcome !== 'established')
      return skip('no certificate is in doubt')
    const { address, port } = visit.endpoint
    if (!(await holdsTarget(witness, inquiry, address)))
      return skip(`${address} is not on the server: another machine may end TLS`)
    const name = familyOf(visit.errand.host) === null ? visit.errand.host : null
    const answer = await inquiry.ask(servedAt(address, port, name))
    if (!answer.known) return unanswered(answer)
    const [own = ''] = answer.value
    const seen = tls.chain[0]
    const evidence = witnessed(
      inquiry,
      answer,
      answer.output.stdout
        .split('\n')
        .filter((line) => /^ *(\d+ )?[si]:/.test(line))
        .slice(0, 6),
    )
    if (seen?.pem && !isSameCertificate(own, seen.pem)) return replaced(visit, tls, evidence)
    const acquits = [
      {
        cause: 'tls.intercepted' as const,
        because: 'the server serves the same certificate to itself',
      },
      {
        cause: 'firewall.redirect' as const,
        because: 'the server serves the same certificate to itself',
      },
      { cause: 'dns.wrong-answer' as const, because: `the server holds ${address} and serves it` },
    ]
    const front = await readFront(witness, inquiry)
    const mended = front && (await behind(inquiry, front, visit, tls))
    return mended
      ? { ...mended, evidence: [...evidence, ...(mended.evidence ?? [])], acquits }
      : { ...pass('the server serves it to itself as well', evidence), acquits }
  },
}

/** The server serves another one than what comes in at the client. */
function replaced(visit: Visit, tls: TlsSession, evidence: readonly Evidence[]): Ruling {
  const [leaf] = tls.chain
  const because = `the client gets ${leaf?.subject}, issued by ${leaf?.issuer}, and the server itself serves another certificate on ${visit.endpoint.address}`
  return {
    status: 'fail',
    summary: because,
    evidence,
    accuses: [
      {
        cause: 'tls.intercepted',
        side: 'path',
        weight: 'proven',
        because,
        place: placeOn('path'),
      },
    ],
  }
}

/** What the front's files say: a certificate that was renewed and not loaded, a chain beside the leaf. */
async function behind(
  inquiry: Inquiry,
  front: Front,
  visit: Visit,
  tls: TlsSession,
): Promise<Ruling | null> {
  const { host, port } = visit.errand
  const chosen = chooseServer(nginxServers(directivesFrom(front)), host, port)
  const path = chosen?.server.certificate
  if (!path?.startsWith('/')) return null
  if (chosen && !chosen.byName && /ALTNAME|HOSTNAME/.test(tls.distrust ?? ''))
    return noHost(chosen.server.names, visit)
  const file = await inquiry.ask(certificateFile(path))
  if (!file.known) return null
  const evidence = witnessed(inquiry, file)
  const isLoaded = file.value.fingerprint === tls.chain[0]?.fingerprint
  if (!isLoaded && file.value.notAfterMs > Date.parse(tls.chain[0]?.notAfter ?? ''))
    return found(
      'tls.expired',
      `${path} holds a newer certificate, valid until ${new Date(file.value.notAfterMs).toISOString().slice(0, 10)}, which ${front.product} has not loaded`,
      [reload(inquiry, front)],
      evidence,
    )
  const full = tls.chain.length === 1 ? await chainBeside(inquiry, path) : null
  const written = full && (await fileNaming(inquiry, front, path))
  return full && written
    ? found(
        'tls.untrusted',
        `${path} holds the certificate alone; ${full} beside it holds the chain`,
        [useChain(inquiry, front, written, path, full)],
        evidence,
      )
    : null
}

function found(
  cause: Accusation['cause'],
  because: string,
  remedies: readonly Remedy[],
  evidence: readonly Evidence[],
): Ruling {
  const accusation = { cause, side: 'server', weight: 'proven', because, remedies } as const
  return {
    status: 'fail',
    summary: because,
    evidence,
    accuses: [{ ...accusation, place: placeOn('server') }],
  }
}

/** No virtual host has the name: the first one answers, or the default. */
const noHost = (names: readonly string[], { errand }: Visit): Ruling =>
  found(
    'tls.wrong-name',
    `no server_name of nginx is ${errand.host}: the usual virtual host (${names.slice(0, 4).join(', ') || 'without a name'}) answers with its own certificate`,
    [],
    [],
  )

const reload = ({ host }: Inquiry, { product, pid }: Front): Remedy =>
  remedy({
    host: host.name,
    command: `kill -HUP ${pid}`,
    why: `${product} reads its certificates anew`,
    risk: 'a mistake in the configuration is read as well; the old one is kept then',
    persist: 'a hook that reloads it after each renewal',
    turnsGreen: 'tls.session',
  })

/** The file beside a certificate that holds the whole chain, as certbot and others name it. */
async function chainBeside(inquiry: Inquiry, path: string): Promise<string | null> {
  const directory = path.slice(0, path.lastIndexOf('/'))
  const names = await inquiry.ask(directoryNames(directory))
  const name = names.known && names.value.find((one) => /^full-?chain.*\.(pem|crt)$/.test(one))
  return name && `${directory}/${name}` !== path ? `${directory}/${name}` : null
}

/** The file of the configuration that names the certificate. */
async function fileNaming(inquiry: Inquiry, front: Front, path: string): Promise<string | null> {
  for (const file of front.files) {
    const text = await inquiry.ask(configText(file))
    if (text.known && text.value.includes(path)) return file
  }
  return null
}

function useChain(
  inquiry: Inquiry,
  front: Front,
  file: string,
  path: string,
  full: string,
): Remedy {
  const literal = path.replace(/[.*[\]^$|\\]/g, '\\$&')
  const change = `s|${literal}|${full.replace(/[&|\\]/g, '\\$&')}|`
  const [from, kept] = [shellWord(file), shellWord(`${file}.rungs`)]
  return remedy({
    host: inquiry.host.name,
    command: `cp ${from} ${kept} && sed ${shellWord(change)} ${kept} > ${from} && kill -HUP ${front.pid}`,
    why: 'the chain with the intermediate certificates is sent',
    undo: `cat ${kept} > ${from} && kill -HUP ${front.pid}`,
    turnsGreen: 'tls.session',
  })
}
