/**
 * The schema `rungs.diagnosis/1`: what `rungs check --json` prints, key by key in this order. A field that
 * is added to `Diagnosis` has to be added here as well, or it does not compile.
 */
import {
  choice,
  flag,
  integer,
  type JsonSchema,
  list,
  named,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Schema,
  schemaDocument,
  text,
  time,
} from '../base/schema.ts'
import { CAUSE_CODES, type CauseCode } from '../diagnose/cause.ts'
import type {
  Attempt,
  Behind,
  Candidate,
  Confidence,
  Contrast,
  Diagnosis,
  Evidence,
  Finding,
  Layer,
  Place,
  Remedy,
  Round,
  Side,
  State,
  Status,
  TellApart,
  Verdict,
} from '../diagnose/diagnosis.ts'

/** What more than one schema refers to. */
export const DEFINITIONS: {
  readonly cause: Schema<CauseCode>
  readonly side: Schema<Side>
  readonly layer: Schema<Layer>
} = {
  cause: oneOf<CauseCode>(CAUSE_CODES, 'A code of the catalogue: rungs explain CODE.'),
  side: choice<Side>({ client: '', path: '', server: '' }),
  layer: oneOf<Layer>([1, 2, 3, 4, 5, 6, 7], 'OSI layer, 1 physical to 7 application.'),
}

export const cause: Schema<CauseCode> = named('cause', DEFINITIONS.cause)
export const side: Schema<Side> = named('side', DEFINITIONS.side)
export const layer: Schema<Layer> = named('layer', DEFINITIONS.layer)

const milliseconds = nullable(number('Milliseconds.'))

const attempt = object<Attempt>({
  address: text(),
  family: oneOf<4 | 6>([4, 6]),
  outcome: text('answered, or how far it got: refused, timeout, unreachable, closed, tls-failed …'),
  errno: nullable(text()),
  used: flag('True for the address whose answer was taken.'),
  phases: object<Attempt['phases']>({
    resolveMs: milliseconds,
    connectMs: milliseconds,
    tlsMs: milliseconds,
    firstByteMs: milliseconds,
  }),
})

/** A rule of a firewall, or a policy. */
export const rule: Schema<NonNullable<Place['rule']>> = object<NonNullable<Place['rule']>>({
  backend: text('nft, iptables …'),
  family: text(),
  table: text(),
  chain: text(),
  handle: nullable(integer()),
  number: nullable(integer()),
  policy: flag('True where it is the policy of the chain, not a rule.'),
  text: text(),
})

const place = object<Place>({
  host: text(),
  interface: nullable(text()),
  hop: nullable(integer()),
  rule: nullable(rule),
})

const candidate = object<Candidate>({
  cause,
  side,
  tellApart: nullable(
    object<TellApart>({
      host: text(),
      command: text(),
      shows: text('What the command shows if this cause is the one.'),
    }),
  ),
})

const remedy = object<Remedy>({
  host: text('client, server or the name of a router.'),
  command: text('Runs verbatim in a shell on that host.'),
  why: text(),
  risk: text(),
  undo: nullable(text()),
  persist: nullable(text('How to keep it over a restart.')),
  turnsGreen: text('The id of the check that must turn green.'),
})

const behind = object<Behind>({ cause, side, because: text() })

const state = choice<State>({
  reachable: 'the expected peer answered as expected',
  degraded: 'it did, and an address, a family, a resolver or a path fails',
  unreachable: 'the expected answer could not be had',
  undetermined: 'that could not be found out',
})

const verdict = object<Verdict>({
  state,
  cause: nullable(cause),
  layer: nullable(layer),
  side: nullable(side),
  confidence: nullable(
    choice<Confidence>({ proven: 'nothing else explains what was seen', likely: '' }),
  ),
  summary: text('One sentence.'),
  place: nullable(place),
  candidates: list(candidate, 'At most four, the cause among them.'),
  excluded: list(
    object<Verdict['excluded'][number]>({ cause, because: text() }),
    'What was ruled out, and why.',
  ),
  remedies: list(remedy),
  behind: list(behind, 'Faults of their own beside the cause.'),
  unreached: list(layer, 'Rungs that were not reached: another cause may hide there.'),
})

const round = object<Round>({
  startedAt: time(),
  durationMs: number(),
  state,
  cause: nullable(cause),
  side: nullable(side),
})

const evidence = object<Evidence>({
  host: text(),
  source: text('probe, or the tool or file that told it.'),
  command: text('The command that a person would type.'),
  lines: list(text()),
  delta: optional(
    object<NonNullable<Evidence['delta']>>({ name: text(), before: number(), after: number() }),
  ),
})

const finding = object<Finding>({
  id: text('rung.question; stable.'),
  layer,
  side,
  host: text('client, server or the name of a router.'),
  question: text(),
  status: choice<Status>({
    pass: '',
    warn: '',
    fail: '',
    skip: 'a lower rung explains it, or it does not apply',
    unknown: 'it could not be asked',
  }),
  cause: nullable(cause),
  summary: text(),
  explainedBy: nullable(cause, 'The cause of which this failure is a consequence.'),
  tookMs: number(),
  evidence: list(evidence),
})

export const DIAGNOSIS: Schema<Diagnosis> = object<Diagnosis>({
  schema: oneOf<'rungs.diagnosis/1'>(['rungs.diagnosis/1']),
  tool: text(),
  privilege: choice<Diagnosis['privilege']>({ root: '', user: '' }),
  target: nullable(
    object<NonNullable<Diagnosis['target']>>({
      input: text(),
      scheme: text(),
      host: text(),
      port: integer(),
    }),
    'Null where this machine up to its way out was the question.',
  ),
  client: object<Diagnosis['client']>({ name: text(), address: nullable(text()) }),
  server: nullable(
    object<NonNullable<Diagnosis['server']>>({
      name: text(),
      address: nullable(text()),
      access: nullable(text('How it was asked; null where it was not.')),
    }),
  ),
  routers: list(object<Diagnosis['routers'][number]>({ name: text(), access: text() })),
  startedAt: time(),
  durationMs: number(),
  attempts: list(attempt, 'What happened with each address of the target.'),
  contrasts: list(
    object<Contrast>({ works: text(), fails: text(), tells: text() }),
    'What works beside what fails.',
  ),
  verdict,
  findings: list(finding),
  unknowns: list(
    object<Diagnosis['unknowns'][number]>({
      id: text(),
      because: text(),
      needs: nullable(text('What it would take.')),
    }),
  ),
  rounds: optional(
    list(
      round,
      'Where the check was repeated: each of them; the rest of the diagnosis is the worst.',
    ),
  ),
})

/** As JSON Schema. */
export const diagnosisSchema = (): JsonSchema =>
  schemaDocument('rungs.diagnosis/1', DIAGNOSIS, DEFINITIONS)
