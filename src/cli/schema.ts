/** `rungs schema`: the JSON Schemas of what the commands print with `--json`. */
import type { JsonSchema } from '../base/schema.ts'
import { catalogueSchema } from '../report/catalogue-schema.ts'
import { diagnosisSchema } from '../report/diagnosis-schema.ts'
import { firewallSchema } from '../report/firewall-schema.ts'
import { connectionSchema } from '../report/read/connection-schema.ts'
import { packetSchema } from '../report/read/packet-record.ts'
import { statisticsSchema } from '../report/read/statistics-schema.ts'
import { traceComparisonSchema, traceSchema } from '../report/trace/trace-schema.ts'
import { type Command, EXIT, UsageError } from './command.ts'

const SCHEMAS: ReadonlyMap<string, () => JsonSchema> = new Map([
  ['diagnosis', diagnosisSchema],
  ['catalogue', catalogueSchema],
  ['firewall', firewallSchema],
  ['connection', connectionSchema],
  ['packet', packetSchema],
  ['statistics', statisticsSchema],
  ['trace', traceSchema],
  ['trace-comparison', traceComparisonSchema],
])

const NAMES = [...SCHEMAS.keys()]

export const schema: Command = {
  name: 'schema',
  operands: 'NAME',
  mostOperands: 1,
  operandChoices: () => NAMES,
  help: [
    'Print the JSON Schema (2020-12) of an output: diagnosis is what rungs check --json prints, catalogue',
    'what rungs explain --json and firewall what rungs firewall --json prints; connection, packet and',
    'statistics are those of rungs read --json, alone, with --packets and with --stats; trace is that of',
    'rungs trace --json and trace-comparison the same with --compare. A schema only ever gains fields; a',
    'break gets another number.',
  ].join('\n'),
  examples: ['rungs schema diagnosis > diagnosis.schema.json'],
  flags: [],
  notes: [],
  run: async ({ operands: [name] }, around) => {
    const make = SCHEMAS.get(name ?? '')
    if (!make)
      throw new UsageError(
        `${name ? `there is no schema of ${name}` : 'the schema of what?'}; rungs schema takes ${NAMES.join(', ')}`,
      )
    around.out.write(`${JSON.stringify(make(), null, 2)}\n`)
    return EXIT.held
  },
}
