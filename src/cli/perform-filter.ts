/** Does what a filter request asks for: looks up the hosts, compiles, and prints one form of the answer. */
import { compile, compileBlocks } from '../filter/compile.ts'
import { explainExpression } from '../filter/explain.ts'
import { FilterError } from '../filter/filter-error.ts'
import { parseExpression } from '../filter/grammar.ts'
import type { Program } from '../filter/instruction.ts'
import { layOut } from '../filter/layout.ts'
import {
  describeInstruction,
  formatListing,
  formatNumbers,
  formatStructs,
} from '../filter/listing.ts'
import { hostNamesIn } from '../filter/names.ts'
import type { Expression } from '../filter/tree.ts'
import { explainInvalid } from '../filter/valid.ts'
import { lookUpHosts, machineNames } from '../host/filter-names.ts'
import { wrap } from '../report/width.ts'
import { EXIT } from './command.ts'
import type { FilterRequest } from './filter.ts'
import { filterComplaint } from './filter-complaint.ts'
import { filterLinkName, readLinkType } from './filter-link-type.ts'
import type { Surroundings } from './surroundings.ts'

/** Columns of a sentence where the output is no terminal. */
const COLUMNS = 80

async function programOf(request: FilterRequest, tree: Expression | null): Promise<Program> {
  const { expression, live, optimise, snapBytes } = request
  const hosts = await lookUpHosts(hostNamesIn(tree))
  const circumstances = {
    linkType: readLinkType(request.linkType),
    source: live ? 'live' : 'none',
    bigEndian: false,
    snapLength: snapBytes,
    netmask: 0,
    names: machineNames(hosts),
  } as const
  return optimise
    ? compile(expression, circumstances)
    : layOut(compileBlocks(expression, circumstances).root)
}

const count = (program: Program): string =>
  `${program.length} instruction${program.length === 1 ? '' : 's'}`

/** The sentence, and how long the program is. */
function summaryOf(request: FilterRequest, tree: Expression | null, program: Program): string {
  const invalid = explainInvalid(program)
  const name = filterLinkName(readLinkType(request.linkType))
  return [
    explainExpression(tree),
    `For ${name}${request.live ? ', live,' : ''} it is ${count(program)}; rungs filter -d shows ${program.length === 1 ? 'it' : 'them'}.`,
    ...(invalid === null ? [] : [`The kernel would not take the program: ${invalid}.`]),
  ].join('\n')
}

function jsonOf(request: FilterRequest, tree: Expression | null, program: Program): string {
  const linkType = readLinkType(request.linkType)
  return JSON.stringify({
    expression: request.expression,
    explanation: explainExpression(tree),
    linkType: { number: linkType, name: filterLinkName(linkType) },
    live: request.live,
    kernel: explainInvalid(program),
    instructions: program.map((instruction, at) => ({
      ...instruction,
      text: describeInstruction(instruction, at),
    })),
  })
}

const sentences = (text: string, { out }: Surroundings): string =>
  text
    .split('\n')
    .flatMap((line) => wrap(line, out.columns ?? COLUMNS))
    .map((line) => `${line}\n`)
    .join('')

function answer(
  request: FilterRequest,
  tree: Expression | null,
  program: Program,
  around: Surroundings,
): string {
  switch (request.form) {
    case 'listing':
      return formatListing(program)
    case 'structs':
      return formatStructs(program)
    case 'numbers':
      return formatNumbers(program)
    case 'json':
      return `${jsonOf(request, tree, program)}\n`
    case 'explanation':
      return sentences(explainExpression(tree), around)
    default:
      return sentences(summaryOf(request, tree, program), around)
  }
}

/** Compiles the filter and prints the answer; resolves to the exit code. */
export async function performFilter(request: FilterRequest, around: Surroundings): Promise<number> {
  const { expression, form } = request
  readLinkType(request.linkType)
  try {
    const tree = parseExpression(expression)
    around.out.write(answer(request, tree, await programOf(request, tree), around))
    return EXIT.held
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { message, at, end, suggestion } = error
    if (form === 'json')
      around.out.write(
        `${JSON.stringify({ expression, error: { message, at, end, suggestion } })}\n`,
      )
    else around.err.write(filterComplaint(error, expression))
    return EXIT.couldNotWork
  }
}
