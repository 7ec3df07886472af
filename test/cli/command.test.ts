import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Command, formatHelp, parseInvocation, UsageError } from '../../src/cli/command.ts'

const trace: Command = {
  name: 'trace',
  operands: 'HOST',
  mostOperands: 1,
  help: 'Find where the path to HOST breaks.',
  examples: ['rungs trace example.org', 'rungs trace --proto tcp --port 443 example.org'],
  flags: [
    { name: 'proto', value: 'PROTO', choices: ['icmp', 'udp', 'tcp'], help: 'probe with this' },
    { name: 'port', short: 'p', value: 'PORT', help: 'destination port' },
    { name: 'via', value: 'HOST', repeated: true, help: 'also by this one' },
    { name: 'ipv4', short: '4', help: 'IPv4 only' },
    { name: 'json', help: 'print one JSON object' },
  ],
  notes: ['exit codes: 0'],
  run: async () => 0,
}

describe('parseInvocation', () => {
  test.for([
    [['h'], {}, ['h']],
    [['-p', '443', 'h'], { port: '443' }, ['h']],
    [['--port=443', 'h'], { port: '443' }, ['h']],
    [['h', '--json', '-4'], { json: true, ipv4: true }, ['h']],
    [['--via', 'a', '--via=-b'], { via: ['a', '-b'] }, []],
    [['--', '--json'], {}, ['--json']],
    [['-h', 'a', 'b'], { help: true }, ['a', 'b']],
  ] as const)('%j is understood', ([args, flags, operands]) => {
    const invocation = parseInvocation(trace, args)
    expect({ ...invocation.flags }).toEqual(flags)
    expect(invocation.operands).toEqual(operands)
  })

  test.for([
    [['--prot', 'tcp'], 'rungs trace has no flag --prot; did you mean --proto?'],
    [['--jsno'], 'rungs trace has no flag --jsno; did you mean --json?'],
    [['--frobnicate=1'], 'rungs trace has no flag --frobnicate; see rungs trace --help'],
    [['-z'], 'rungs trace has no flag -z; see rungs trace --help'],
    [['--proto', 'sctp'], '--proto takes icmp, udp, tcp; not sctp'],
    [['--port'], '--port needs a value: --port PORT'],
    [['--port='], '--port needs a value: --port PORT'],
    [['--port', '--json'], '--port needs a value: --port PORT'],
    [['--json=1'], '--json is a switch and takes no value; it was given 1'],
    [['a', 'b'], 'rungs trace takes HOST; b is one too many'],
  ] as const)('%j is refused', ([args, message]) => {
    expect(() => parseInvocation(trace, args)).toThrow(new UsageError(message))
  })

  test('any words are understood or refused as a mistake of usage', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-4', '--json', '--via', '--__proto__'),
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        try {
          parseInvocation(trace, words)
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
        }
      }),
    )
  })
})

test('help shows the examples before the flags', () => {
  expect(formatHelp(trace)).toMatchInlineSnapshot(`
    "Find where the path to HOST breaks.

    examples:
      $ rungs trace example.org
      $ rungs trace --proto tcp --port 443 example.org

    usage: rungs trace HOST [flags]

          --proto PROTO  probe with this
      -p, --port PORT    destination port
          --via HOST     also by this one
      -4, --ipv4         IPv4 only
          --json         print one JSON object
      -h, --help         print this

    exit codes: 0
    "
  `)
})
