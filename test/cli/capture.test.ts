import { expect, test } from 'vitest'
import { capture, readCaptureRequest } from '../../src/cli/capture.ts'
import { parseInvocation } from '../../src/cli/command.ts'

const request = (...words: string[]) => readCaptureRequest(parseInvocation(capture, words))

test('words are a filter, and without any flag all devices tell their connections', () => {
  expect(request('tcp', 'port', '80')).toMatchObject({
    device: 'any',
    expression: 'tcp port 80',
    form: 'table',
    packets: null,
    durationMs: null,
    promiscuous: true,
  })
})

test('what is only written is not told', () => {
  expect(request('-w', 'a.pcap').form).toBe('none')
  expect(request('-w', 'a.pcap', '--stats').form).toBe('stats')
  expect(request('-w', 'a.pcap', '--json').form).toBe('table')
})

test('amounts have units', () => {
  expect(
    request('-w', 'a', '--rotate-size', '1G', '--rotate-seconds', '1h', '--duration', '5m'),
  ).toMatchObject({ rotateBytes: 1e9, rotateSeconds: 3600, durationMs: 300_000 })
})

test.for([
  [['--duration', '5x'], /--duration was 5x/],
  [['--duration', '0'], /--duration was 0/],
  [['-c', '0'], /--first was 0/],
  [['-s', '999999'], /--snapshot-length was 999999/],
  [['--packets', '--stats'], /different answers/],
  [['--rotate-size', '1M'], /go with -w FILE/],
  [['-w', '-', '--rotate-size', '1M'], /go with -w FILE/],
  [['-w', 'a', '--keep', '2'], /--keep goes with/],
  [['-w', '-', '-p'], /ask for one of them/],
] as const)('%j is refused', ([words, said]) => {
  expect(() => request(...words)).toThrow(said)
})
