import { expect, test } from 'vitest'
import { compile } from '../../src/filter/compile.ts'
import { cookedProgram } from '../../src/filter/cooked.ts'
import {
  ANCILLARY_INTERFACE_INDEX,
  ANCILLARY_PACKET_TYPE,
  ANCILLARY_PROTOCOL,
  IMM,
  LD,
  type Program,
} from '../../src/filter/instruction.ts'
import { run } from '../../src/filter/run.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { circumstancesOf } from './front.ts'

const compiled = (expression: string): Program =>
  compile(expression, circumstancesOf(LINK_TYPE.sll2, { source: 'live' }))

/** What the header says: protocol, interface, and that the packet goes out. */
const SAID: ReadonlyMap<number, number> = new Map([
  [ANCILLARY_PROTOCOL, 0x0800],
  [ANCILLARY_INTERFACE_INDEX, 3],
  [ANCILLARY_PACKET_TYPE, 4],
])
const HEADER = [0x08, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 9, 0, 0]

/** SYN from 10.0.0.1:40000 to 10.0.0.2:80. */
const SYN = [
  ...[0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2],
  ...[0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 1, 0, 0, 0, 0, 0],
]

/** The kernel's answers stand where it is asked. */
const answered = (program: Program): Program =>
  program.map((one) => {
    const said = SAID.get(one.k)
    return said === undefined ? one : { ...one, code: LD + IMM, k: said }
  })

test.for([
  'tcp dst port 80',
  'tcp[tcpflags] & tcp-syn != 0',
  'host 10.0.0.3',
  'src net 10.0.0.0/24 and dst portrange 1-1024',
  'ip6 or udp',
  'ip[2:2] = 40',
  'inbound and tcp',
  'outbound',
])('%s selects the same without the header', (expression) => {
  const program = compiled(expression)
  const cooked = cookedProgram(program)
  if (cooked === null) throw new Error('no program for the kernel')
  const whole = Uint8Array.from([...HEADER, ...SYN])
  const withHeader = run(answered(program), whole, whole.length)
  const without = run(answered(cooked), whole.subarray(HEADER.length), SYN.length)
  expect(without > 0).toBe(withHeader > 0)
})

test('what only the header tells has to wait for it', () => {
  expect(cookedProgram(compiled('greater 100'))).toBeNull()
  expect(cookedProgram(compiled('link[8:2] = 1'))).toBeNull()
})
