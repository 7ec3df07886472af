import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capture, HTTP, pathOf, REFUSED } from './made-capture.ts'
import { linesOf, reading } from './reading.ts'

const tshark = (path: string, ...fields: string[]): string[] =>
  execFileSync(
    'tshark',
    ['-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
    { encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
  )
    .trimEnd()
    .split('\n')

test('the story stands beside the first packet of each connection, where Wireshark shows it', async () => {
  const path = capture('in.pcap', [...HTTP, ...REFUSED])
  const out = pathOf('out.pcapng')
  expect(await reading([path, '-w', out])).toMatchObject({ code: 0, out: '', err: '' })
  const comments = tshark(out, 'frame.number', 'frame.comment').map((line) => line.split('\t'))
  expect(comments).toHaveLength(10)
  expect(comments.filter(([, comment]) => comment).map(([number]) => number)).toEqual(['1', '9'])
  expect(comments[8]?.[1]).toMatch(/^connection 2, refused: /)
})

test('packets of some stories are written as they were', async () => {
  const path = capture('whole.pcap', [...HTTP, ...REFUSED])
  const out = pathOf('part.pcap')
  expect((await reading([path, '-w', out, '--story', 'refused'])).code).toBe(0)
  const same = capture('same.pcap', REFUSED)
  expect(readFileSync(out)).toEqual(readFileSync(same))
  expect(await linesOf(out, '--count')).toEqual(['2 packets'])
})

test('a file that is being read is not written over', async () => {
  const path = capture('precious.pcap', HTTP)
  expect(await reading([path, '-w', path])).toMatchObject({
    code: 2,
    err: `rungs: --write ${path} would write over ${path}, which is being read\n`,
  })
  expect(await linesOf(path, '--count')).toEqual(['8 packets'])
})

test('a place that cannot be written to is told', async () => {
  const path = capture('good.pcap', HTTP)
  const { code, err } = await reading([path, '-w', pathOf('no/such/place')])
  expect([code, err]).toEqual([2, `rungs: ${pathOf('no/such/place')} cannot be written (ENOENT)\n`])
})

test.each(['selected.pcap', 'selected.pcapng'])(
  'what a filter selects is written as tcpdump writes it, and where it selects nothing, an empty capture (%s)',
  async (name) => {
    const from = capture('to-select.pcap', [...HTTP, ...REFUSED])
    const path = pathOf(name)
    const lines = (file: string, ...words: string[]): string =>
      execFileSync('tcpdump', ['-nr', file, ...words], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    expect((await reading([from, '-w', path, '-f', 'src port 80'])).code).toBe(0)
    expect(lines(path)).toBe(lines(from, 'src port 80'))
    expect((await reading([from, '-w', path, 'udp'])).code).toBe(0)
    expect(lines(path)).toBe('')
  },
)
