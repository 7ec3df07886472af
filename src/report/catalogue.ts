/** The catalogue of causes as a whole: as JSON, and as the page of the documentation. */
import { articleOf } from '../diagnose/article.ts'
import {
  CAUSE_CODES,
  type CauseCode,
  causeLayer,
  causeSides,
  causeTitle,
  consequencesOf,
  explanationsOf,
} from '../diagnose/cause.ts'
import type { Layer, Side } from '../diagnose/diagnosis.ts'
import { describeSides } from './article.ts'
import { CATALOGUE } from './catalogue-schema.ts'
import { LAYER_NAME, LAYERS } from './ladder.ts'

/** A cause as `rungs explain --json` prints it. */
export type CauseRecord = {
  readonly code: CauseCode
  readonly layer: Layer
  readonly sides: readonly Side[]
  readonly title: string
  readonly meaning: string
  readonly proof: string
  readonly remedy: { readonly commands: readonly string[]; readonly advice: string }
  /** What looks the same, and what tells the two apart. */
  readonly unlike: readonly { readonly cause: CauseCode; readonly because: string }[]
  readonly explains: readonly CauseCode[]
  readonly explainedBy: readonly CauseCode[]
}

function causeRecord(code: CauseCode): CauseRecord {
  const { meaning, proof, commands, advice, apart } = articleOf(code)
  return {
    code,
    layer: causeLayer(code),
    sides: causeSides(code),
    title: causeTitle(code),
    meaning: meaning.join(' '),
    proof,
    remedy: { commands, advice },
    unlike: CAUSE_CODES.flatMap((cause) =>
      apart[cause] === undefined ? [] : [{ cause, because: apart[cause] }],
    ),
    explains: consequencesOf(code),
    explainedBy: explanationsOf(code),
  }
}

/** What `rungs explain --json` prints. */
export type Catalogue = {
  readonly schema: 'rungs.catalogue/1'
  readonly tool: string
  readonly causes: readonly CauseRecord[]
}

/** Some causes as one JSON object, indented, ended by a line feed. */
export function formatCauseRecords(codes: readonly CauseCode[], tool: string): string {
  const catalogue: Catalogue = { schema: 'rungs.catalogue/1', tool, causes: codes.map(causeRecord) }
  return `${JSON.stringify(CATALOGUE.order(catalogue), null, 2)}\n`
}

/** GitHub's anchor of a heading that is a code. */
const link = (code: string): string => `[\`${code}\`](#${code.replaceAll('.', '')})`

function section(code: CauseCode): string {
  const { meaning, proof, remedy, unlike, explains, explainedBy: reasons } = causeRecord(code)
  const list = (codes: readonly CauseCode[]): string => codes.map(link).join(', ')
  return [
    `### ${code}`,
    `*${causeTitle(code)}* (${describeSides(code)})`,
    meaning,
    `**Proof.** ${proof}`,
    `**Remedy.** ${remedy.advice}`,
    ...(remedy.commands.length > 0 ? [['```sh', ...remedy.commands, '```'].join('\n')] : []),
    unlike.map(({ cause, because }) => `* Unlike ${link(cause)}: ${because}.`).join('\n'),
    ...(explains.length > 0 ? [`**Explains** ${list(explains)}.`] : []),
    ...(reasons.length > 0 ? [`**Explained by** ${list(reasons)}.`] : []),
  ].join('\n\n')
}

const contents = (layer: Layer): string =>
  `${layer}. [${LAYER_NAME[layer]}](#${layer}-${LAYER_NAME[layer]}): ${CAUSE_CODES.filter(
    (code) => causeLayer(code) === layer,
  )
    .map(link)
    .join(', ')}`

/** `docs/causes.md`. */
export const formatCataloguePage = (): string =>
  `${[
    '# The causes',
    '<!-- Made by npm run docs from src/diagnose/cause/ and src/diagnose/article/. -->',
    'Everything that a verdict of `rungs check` can name, from the cable to the application. A code is stable ' +
      'once released. `rungs explain CODE` prints the same in a terminal, `rungs explain --all --json` all of it ' +
      'for programs. Words in capitals are to be filled in.',
    LAYERS.map(contents).join('\n'),
    ...LAYERS.flatMap((layer) => [
      `## ${layer} ${LAYER_NAME[layer]}`,
      ...CAUSE_CODES.filter((code) => causeLayer(code) === layer).map(section),
    ]),
  ].join('\n\n')}\n`
