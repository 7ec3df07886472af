import { describe, expect, test } from 'vitest'
import { parseInvocation, UsageError } from '../../src/cli/command.ts'
import { read, readReadRequest } from '../../src/cli/read.ts'
import { readsTwice } from '../../src/cli/reading/selection.ts'
import { STORY_NAMES } from '../../src/flow/story-word.ts'

const request = (...words: string[]) => readReadRequest(parseInvocation(read, words))

describe('what is asked for', () => {
  test('is the table of all connections unless said otherwise', () => {
    expect(request('a.pcap')).toEqual({
      files: ['a.pcap'],
      filter: null,
      form: 'table',
      flow: null,
      stories: null,
      first: null,
      writeTo: null,
      json: false,
      detail: false,
      checksums: false,
      all: false,
      numeric: false,
      strict: false,
      verbose: false,
      noColour: false,
    })
  })

  test('takes every flag', () => {
    expect(request('-r', 'a', './b', '--flow', '3', '--all', '-n', '-v', '--strict')).toMatchObject(
      {
        files: ['a', './b'],
        form: 'flow',
        flow: 3,
        all: true,
        numeric: true,
        verbose: true,
        strict: true,
      },
    )
    expect(request('-', '-pj', '-c', '10')).toMatchObject({
      form: 'packets',
      json: true,
      first: 10,
    })
    expect(request('a', '-V')).toMatchObject({ form: 'packets', detail: true })
    expect(request('a', '--story', 'reset, refused').stories).toEqual(new Set(['reset', 'refused']))
    expect(request('a', '-w', 'b.pcap')).toMatchObject({ form: 'write', writeTo: 'b.pcap' })
    expect(request('a', '--stats', '--json')).toMatchObject({ form: 'stats', json: true })
    expect(request('a', '--zeek').form).toBe('zeek')
    expect(request('a', '--count').form).toBe('count')
    expect(request('a', '-f', 'tcp port 80').filter).toBe('tcp port 80')
    expect(request('a', 'tcp', 'port', '80')).toMatchObject({ files: ['a'], filter: 'tcp port 80' })
    expect(request('-r', 'a', 'tcp')).toMatchObject({ files: ['a'], filter: 'tcp' })
    expect(request('a', '-f', ' ').filter).toBeNull()
  })

  test('of a flow is that one in another form as well', () => {
    expect(request('a', '--flow', '2', '-p')).toMatchObject({ form: 'packets', flow: 2 })
  })
})

test.for<[string, string]>([
  ['', 'read what? rungs read FILE, or - for what comes from a pipe'],
  ['- -', '- was given twice; stdin can be read once'],
  ['a --zeek --stats', '--zeek and --stats are different answers; ask for one of them'],
  ['a --flow 0', '--flow was 0; it takes the number of a connection, 1 or more'],
  ['a -c many', '-c was many; it takes a number of packets, 1 or more'],
  ['a --zeek --json', '--zeek is a table of its own; --json alone prints connections as JSON'],
  ['a --stats --flow 1', '--stats is about many connections; --flow N --json tells all of one'],
  [
    'a -f tcp udp',
    'the filter was given twice, as -f tcp and as udp (if that is a file: there is none of that name)',
  ],
  ['a --all', '--all goes with --flow N'],
  ['a --story resett', `--story takes ${STORY_NAMES.join(', ')}; not resett: did you mean reset?`],
  [
    '- -w b.pcapng',
    '--write reads the capture twice, which a pipe does not allow; save it to a file first',
  ],
])('%s is refused', ([words, message]) => {
  expect(() => request(...words.split(' ').filter((word) => word !== ''))).toThrow(
    new UsageError(message),
  )
})

test('the stories are those that connections can have', () => {
  expect([...(request('a', '--story', STORY_NAMES.join(',')).stories ?? [])]).toEqual(STORY_NAMES)
})

test('what needs stories before it can take packets reads twice', () => {
  expect(readsTwice(request('a', '--story', 'reset'))).toBe(false)
  expect(readsTwice(request('a', '--story', 'reset', '-p'))).toBe(true)
  expect(readsTwice(request('a', '-w', 'b'))).toBe(true)
})
