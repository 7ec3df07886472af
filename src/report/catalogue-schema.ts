/** The schema `rungs.catalogue/1`: what `rungs explain --json` prints, key by key in this order. */
import {
  type JsonSchema,
  list,
  object,
  oneOf,
  type Schema,
  schemaDocument,
  text,
} from '../base/schema.ts'
import type { Catalogue, CauseRecord } from './catalogue.ts'
import { cause, DEFINITIONS, layer, side } from './diagnosis-schema.ts'

const record = object<CauseRecord>({
  code: cause,
  layer,
  sides: list(side, 'Where it can lie, the usual side first.'),
  title: text('What it is, to follow a colon.'),
  meaning: text(),
  proof: text('The observation on Linux that shows it. Commands stand between backticks.'),
  remedy: object<CauseRecord['remedy']>({
    commands: list(text(), 'Words in capitals are to be filled in.'),
    advice: text(),
  }),
  unlike: list(
    object<CauseRecord['unlike'][number]>({ cause, because: text() }),
    'What looks the same, and what tells the two apart.',
  ),
  explains: list(cause, 'Its consequences.'),
  explainedBy: list(cause, 'Of which causes it is a consequence.'),
})

export const CATALOGUE: Schema<Catalogue> = object<Catalogue>({
  schema: oneOf<'rungs.catalogue/1'>(['rungs.catalogue/1']),
  tool: text(),
  causes: list(record),
})

/** As JSON Schema. */
export const catalogueSchema = (): JsonSchema =>
  schemaDocument('rungs.catalogue/1', CATALOGUE, DEFINITIONS)
