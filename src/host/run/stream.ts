/**
 * A program that goes on running on a host and tells what it sees, such as tcpdump: on this machine, in a network namespace, over
 * ssh or in a container. It ends when it is stopped, and by itself when we are gone or the way to it breaks, since its shell
 * waits for the end of its input.
 */
import type { Ears, Host, Running } from '../../diagnose/host.ts'
import { quoteForShell } from './quote.ts'
import { holdArgv } from './spawn.ts'

export type StreamOptions = {
  /**
   * The last word is a capture filter: what carries our own words to the host (SSH_CONNECTION, ssh(1)) is taken out of it, which
   * would otherwise tell of its own telling without end.
   */
  readonly sparesItself?: boolean
}

/** Waits for the end of the input beside the program, which gets a moment to end by itself. */
const WATCHER =
  '{ read -r line <&3; kill $child; sleep 0.2; kill -9 $child; } >/dev/null 2>&1 </dev/null'

/**
 * A script for `sh` that runs `argv` until its own input ends or says a line. The last line is one compound command: a shell
 * reads all of it before `read` takes what follows.
 */
export function writeStreamScript(
  argv: readonly string[],
  { sparesItself = false }: StreamOptions = {},
): string {
  const [program = ''] = argv
  const words = sparesItself ? argv.slice(0, -1) : argv
  const filter = sparesItself ? `${quoteForShell([`(${argv.at(-1)})`])}"$own"` : ''
  return [
    'PATH=$PATH:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL',
    `command -v ${quoteForShell([program])} >/dev/null 2>&1 || { echo ${quoteForShell([`${program}: not found`])} >&2; exit 127; }`,
    'set -- $SSH_CONNECTION',
    'own=; test $# -ge 4 && own=" and not (port $2 and port $4)"',
    'exec 3<&0',
    `{ ${quoteForShell(words)} ${filter} </dev/null 3<&- & child=$!; ${WATCHER} & watcher=$!; wait $child; status=$?; kill $watcher 2>/dev/null; exit $status; }`,
    '',
  ].join('\n')
}

/** Starts `argv` on a host; or tells why it cannot be. What it prints and says goes to `ears`. */
export async function openHostStream(
  host: Host,
  argv: readonly string[],
  ears: Ears,
  options: StreamOptions = {},
): Promise<Running | { readonly because: string }> {
  const vantage = await host.vantage?.()
  if (!vantage) return { because: `nothing can go on running on ${host.name}` }
  if ('because' in vantage) return vantage
  const script = writeStreamScript(argv, options)
  if (vantage.kind === 'program') return vantage.run(script, ears)
  const enter = vantage.path === null ? [] : ['nsenter', `--net=${vantage.path}`, '--']
  return holdArgv([...enter, 'sh'], script, ears)
}
