/** What tshark says of each frame of a capture: the fields that were asked for, one object a frame. */
import { execFileSync } from 'node:child_process'

/** Rows of a capture; a field that a frame does not have is ''. Of several in one frame (a packet in a packet) the last. */
export function tsharkRows<Field extends string>(
  path: string,
  fields: readonly Field[],
  preferences: readonly string[] = [],
): Record<Field, string>[] {
  const words = [
    ...['-n', '-r', path, '-T', 'fields', '-E', 'occurrence=l', '-E', 'separator=/t'],
    // Relative numbers would hide what was on the wire.
    ...preferences.flatMap((preference) => ['-o', preference]),
    ...fields.flatMap((field) => ['-e', field]),
  ]
  const text = execFileSync('tshark', words, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const values = line.split('\t')
      return Object.fromEntries(
        fields.map((field, index) => [field, values[index] ?? '']),
      ) as Record<Field, string>
    })
}

/**
 * Several captures in one pcapng file, so that tshark must start only once: one after the other, or
 * their packets in the order of their times.
 */
export function joinCaptures(
  paths: readonly string[],
  target: string,
  order: 'of-files' | 'of-times',
): void {
  const words = ['-F', 'pcapng', '-w', target, ...(order === 'of-files' ? ['-a'] : []), ...paths]
  execFileSync('mergecap', words, { stdio: 'ignore' })
}

/** How many packets tcpdump counts in a capture; it reads no gzip, so that the bytes come by its standard input. */
export function tcpdumpCount(bytes: Uint8Array): number {
  const text = execFileSync('tcpdump', ['-n', '--count', '-r', '-'], {
    input: bytes,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const [, count] = /^(\d+) packets?/.exec(text) ?? []
  if (count === undefined) throw new Error(`tcpdump said: ${text}`)
  return Number(count)
}
