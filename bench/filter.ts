/**
 * Counting what a filter selects beside tcpdump, which walks the same packets with its own filter and writes them to nowhere:
 * five expressions of different weight on the big capture. Beside it, how long an expression takes to compile.
 */
import { compile } from '../src/filter/compile.ts'
import { predicateOf } from '../src/filter/predicate.ts'
import { machineNames } from '../src/host/filter-names.ts'
import { bigCapture, type Compared, compare } from './read.ts'

/** From one load to the arithmetic of tcpdump's manual page. */
const EXPRESSIONS = [
  'ip6',
  'tcp and port 80',
  'host 10.1.0.2 and not port 22',
  'tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 and not src and dst net 192.0.2.0/24',
  'tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)',
]

/** One comparison an expression. */
export function filterTimes(program: readonly string[], root: string, rounds: number): Compared[] {
  const file = bigCapture(root)
  return EXPRESSIONS.map((expression) =>
    compare(
      [expression, [...program, 'read', '-f', expression, '--count', file]],
      [['tcpdump', ['tcpdump', '-nr', file, '-w', '/dev/null', expression], 1]],
      rounds,
    ),
  )
}

/** Times of compiling, as a line to print: the first expression of a process, and each one later. */
export function compileTimes(): string {
  const names = machineNames(new Map())
  const about = { linkType: 1, source: 'file', bigEndian: false, snapLength: 262_144 } as const
  const times = Array.from({ length: 201 }, (_, index) => {
    const began = performance.now()
    const expression = EXPRESSIONS[index % EXPRESSIONS.length] ?? ''
    predicateOf(compile(expression, { ...about, netmask: 0, names }))
    return performance.now() - began
  })
  const [first = Number.NaN, ...later] = times
  const median = later.toSorted((a, b) => a - b)[100] ?? Number.NaN
  return `compiling takes ${first.toFixed(1)} ms at first, ${median.toFixed(2)} ms later (at most 2)`
}
