/**
 * What a check leaves behind: the lab's nodes and the files around them are looked at before and
 * after, and every difference is told. What comes and goes by itself is left out: counters, lifetimes,
 * neighbours that were asked, connections that are being closed.
 */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runOn } from './network.ts'
import { run } from './run.ts'

/** Lines by what they tell of: `client routes`. */
export type Look = ReadonlyMap<string, readonly string[]>

/** What is asked of each node: a name, and shell text that prints one line for each thing. */
const ON_NODE: Readonly<Record<string, string>> = {
  interfaces: 'ip -o link show',
  addresses: "ip -o address show | sed -E 's/(valid|preferred)_lft \\S+//g'",
  rules: 'ip rule show; ip -6 rule show',
  routes: "ip route show table all; ip -6 route show table all | sed -E 's/expires \\S+//'",
  neighbours: 'ip neigh show nud permanent; ip -6 neigh show nud permanent',
  'rule sets': 'nft --stateless --terse list ruleset',
  'loaded tables': 'cat /proc/net/ip_tables_names /proc/net/ip6_tables_names',
  settings: 'grep -rs "" /proc/sys/net | grep -v nf_conntrack_count',
  // Without the lengths of their queues.
  sockets: "{ ss -Htuwln; ss -H0n; } | tr -s ' ' | cut -d ' ' -f 1,2,5-",
  queues: 'tc qdisc show',
}

/** What is asked of the machine, as the world around the nodes shows it. */
const ON_MACHINE: Readonly<Record<string, string>> = {
  // What was written to /etc lies in the world's own layer, which is in /run. A directory's own time
  // says no more than what is in it, and a server's log tells of every visit.
  files:
    'find /etc/netns /run /run/netns -xdev -not -path "/run/rungs-lab*" ' +
    String.raw`\( \( -type d -o -name "*.log" \) -printf '%y %m %p\n' -o -printf '%y %m %s %T@ %p\n' \) | sort -u`,
  // How many there are of each: one that crashes and is started again is another one each time.
  processes: `ps -e -o args= | grep -v -e '^ps -e ' -e '^grep ' -e '^sh -c ' -e '^sort' -e '^uniq' | sort | uniq -c`,
}

const script = (questions: Readonly<Record<string, string>>): string =>
  Object.entries(questions)
    .map(([name, text]) => `echo '== ${name}'\n{ ${text}; } 2>/dev/null`)
    .join('\n')

function parseAnswers(whose: string, text: string): [string, readonly string[]][] {
  const [, ...parts] = `\n${text}`.split(/\n== /)
  return parts.map((part) => {
    const [name = '', ...lines] = part.split('\n')
    return [`${whose} ${name}`, lines.map((line) => line.trim()).filter((line) => line !== '')]
  })
}

const lookAtMachine = async (): Promise<Look> =>
  new Map(parseAnswers('machine', (await run(['sh', '-c', script(ON_MACHINE)])).stdout))

const STILL_MS = 250
const MOST_MOVES = 20

/**
 * Waits until the machine's files and processes stay as they are: a daemon that a break has started
 * writes its files and forks its workers after the command that started it has ended.
 */
export async function untilStill(look: () => Promise<Look> = lookAtMachine): Promise<void> {
  let before = await look()
  for (let move = 0; move < MOST_MOVES; move++) {
    await new Promise((resolve) => setTimeout(resolve, STILL_MS))
    const now = await look()
    if (compareLooks(before, now).length === 0) return
    before = now
  }
}

/** Looks at `nodes` and at the files and processes around them. */
export async function lookAround(nodes: readonly string[]): Promise<Look> {
  const answers = await Promise.all(
    nodes.map(async (node) => parseAnswers(node, (await runOn(node, script(ON_NODE))).stdout)),
  )
  // Last, when none of our own processes is there any more.
  return new Map([...answers.flat(), ...(await lookAtMachine())])
}

/** More differences of one kind than this are not told one by one. */
const MOST_OF_A_KIND = 8

/** What is there now and was not, with `+`; what was and is no more, with `-`. */
export function compareLooks(before: Look, after: Look): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name) ?? [], after.get(name) ?? []]
    const gone = old.filter((line) => !now.includes(line)).map((line) => `${name}: - ${line}`)
    const come = now.filter((line) => !old.includes(line)).map((line) => `${name}: + ${line}`)
    return [...gone, ...come].slice(0, MOST_OF_A_KIND)
  })
}

/** Trees of the machine that are not a world's own: others write there at the same time. */
const SHARED = ['/tmp', '/var', '/root', '/home'] as const
const WRITTEN = '/run/rungs-lab/written'
const WORK = '/run/rungs-lab/work'

/**
 * Runs `argv` so that whatever it writes into the shared trees lands in a layer of its own (a mount
 * namespace with an overlay), where `findWritten` sees it. Where no overlay can be laid, it runs as is.
 */
export const apart = (argv: readonly string[]): string[] => [
  ...['unshare', '--mount', '--propagation', 'slave', 'sh', '-c'],
  `${SHARED.map(
    (tree) =>
      `mkdir -p ${WRITTEN}${tree} ${WORK}${tree}\n` +
      `mount -t overlay -o lowerdir=${tree},upperdir=${WRITTEN}${tree},workdir=${WORK}${tree} rungs ${tree} 2>/dev/null`,
  ).join('\n')}\nexec "$@"`,
  ...['rungs-apart', ...argv],
]

/** What commands that ran `apart` have written. */
export function findWritten(): string[] {
  return SHARED.flatMap((tree) => {
    mkdirSync(join(WRITTEN, tree), { recursive: true })
    return readdirSync(join(WRITTEN, tree), { recursive: true }).map(
      (name) => `machine files: + ${join(tree, String(name))}`,
    )
  })
}
