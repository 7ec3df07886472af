/**
 * How long a trace of ten hops takes that all answer at once, beside `mtr -r -c 1 -n` and `traceroute -n`, one after
 * the other in each round. Node needs its time to start, which the others do not: it is measured beside them.
 */
import { execFileSync } from 'node:child_process'
import { TARGET, tenHopScript } from '../test/host/ten-hop-script.ts'
import { measureTogether, type Row } from './measure.ts'

const PREFIX = 'bench'

/** Rounds without mtr, which waits for seconds. */
const QUICK_ROUNDS = 6

export function traceTimes(
  program: readonly string[],
  runs: number,
): { readonly rows: readonly Row[]; readonly ratios: readonly string[] } {
  execFileSync('sh', ['-c', tenHopScript(PREFIX)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const client = (words: readonly string[]): string[] => [
    ...['ip', 'netns', 'exec', `${PREFIX}0`],
    ...words,
  ]
  const ours = (...words: string[]): string[] =>
    client([...program, 'trace', '-n', ...words, TARGET])
  const slow = measureTogether(
    [
      ['mtr -r -c 1 -n', client(['mtr', '-r', '-c', '1', '-n', TARGET])],
      ['rungs trace -c 1', ours('-c', '1')],
    ],
    Math.min(runs, 5),
  )
  const quick = measureTogether(
    [
      ['node -e 0', client([process.execPath, '-e', '0'])],
      ['rungs --version', client([...program, '--version'])],
      ['traceroute -n', client(['traceroute', '-n', TARGET])],
      ['rungs trace', ours()],
      ['rungs trace --udp', ours('--udp')],
    ],
    QUICK_ROUNDS * runs,
  )
  const ms = (rows: readonly Row[], name: string): number =>
    rows.find((row) => row.name === name)?.ms ?? Number.NaN
  const theirs = ms(quick, 'traceroute -n')
  const after = (start: string): number => ms(quick, start) + theirs
  return {
    rows: [...slow, ...quick],
    ratios: [
      `rungs trace -c 1 takes 1/${(ms(slow, 'mtr -r -c 1 -n') / ms(slow, 'rungs trace -c 1')).toFixed(0)} of mtr -r -c 1 -n`,
      ...['rungs trace', 'rungs trace --udp'].map(
        (name) =>
          `${name} takes ${(ms(quick, name) / after('node -e 0')).toFixed(2)} × (traceroute -n and node -e 0), ` +
          `${(ms(quick, name) / after('rungs --version')).toFixed(2)} × (traceroute -n and rungs --version)`,
      ),
    ],
  }
}
