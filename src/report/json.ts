/** A diagnosis as `--json` prints it: one object, its keys always in the same order. */
import type {
  Attempt,
  Diagnosis,
  Evidence,
  Finding,
  Place,
  Verdict,
} from '../diagnose/diagnosis.ts'

const attempt = ({ address, family, outcome, errno, used, phases }: Attempt): Attempt => ({
  address,
  family,
  outcome,
  errno,
  used,
  phases: {
    resolveMs: phases.resolveMs,
    connectMs: phases.connectMs,
    tlsMs: phases.tlsMs,
    firstByteMs: phases.firstByteMs,
  },
})

const place = ({ host, interface: device, hop, rule }: Place): Place => ({
  host,
  interface: device,
  hop,
  rule: rule && {
    backend: rule.backend,
    family: rule.family,
    table: rule.table,
    chain: rule.chain,
    handle: rule.handle,
    number: rule.number,
    policy: rule.policy,
    text: rule.text,
  },
})

const verdict = (given: Verdict): Verdict => ({
  state: given.state,
  cause: given.cause,
  layer: given.layer,
  side: given.side,
  confidence: given.confidence,
  summary: given.summary,
  place: given.place && place(given.place),
  candidates: given.candidates.map(({ cause, side, tellApart }) => ({
    cause,
    side,
    tellApart: tellApart && {
      host: tellApart.host,
      command: tellApart.command,
      shows: tellApart.shows,
    },
  })),
  excluded: given.excluded.map(({ cause, because }) => ({ cause, because })),
  remedies: given.remedies.map(({ host, command, why, risk, undo, persist, turnsGreen }) => ({
    host,
    command,
    why,
    risk,
    undo,
    persist,
    turnsGreen,
  })),
  behind: given.behind.map(({ cause, side, because }) => ({ cause, side, because })),
  unreached: given.unreached,
})

const evidence = ({ host, source, command, lines, delta }: Evidence): Evidence => ({
  host,
  source,
  command,
  lines,
  ...(delta && { delta: { name: delta.name, before: delta.before, after: delta.after } }),
})

const finding = (given: Finding): Finding => ({
  id: given.id,
  layer: given.layer,
  side: given.side,
  host: given.host,
  question: given.question,
  status: given.status,
  cause: given.cause,
  summary: given.summary,
  explainedBy: given.explainedBy,
  tookMs: given.tookMs,
  evidence: given.evidence.map(evidence),
})

const ordered = (given: Diagnosis): Diagnosis => ({
  schema: given.schema,
  tool: given.tool,
  privilege: given.privilege,
  target: given.target && {
    input: given.target.input,
    scheme: given.target.scheme,
    host: given.target.host,
    port: given.target.port,
  },
  client: { name: given.client.name, address: given.client.address },
  server: given.server && {
    name: given.server.name,
    address: given.server.address,
    access: given.server.access,
  },
  routers: given.routers.map(({ name, access }) => ({ name, access })),
  startedAt: given.startedAt,
  durationMs: given.durationMs,
  attempts: given.attempts.map(attempt),
  contrasts: given.contrasts.map(({ works, fails, tells }) => ({ works, fails, tells })),
  verdict: verdict(given.verdict),
  findings: given.findings.map(finding),
  unknowns: given.unknowns.map(({ id, because, needs }) => ({ id, because, needs })),
})

/** What JSON allows in a text, and a terminal should not see. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The object as text, indented, ended by a line feed; every text in it reads back as it was. */
export const formatJson = (diagnosis: Diagnosis): string =>
  `${JSON.stringify(ordered(diagnosis), null, 2).replace(UNPRINTABLE, escaped)}\n`
