/**
 * Runs in a private world: builds the lab, lets a real sshd take the place of the lab's own, checks again
 * and again, and prints what was said and what is different afterwards. Its argument is the program.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { check } from '../../../src/lab/check.ts'
import { type Fault, loadFault } from '../../../src/lab/fault.ts'
import { buildNetwork, runOn } from '../../../src/lab/network.ts'
import { run } from '../../../src/lab/run.ts'
import { stopService } from '../../../src/lab/service.ts'
import { loadTopology } from '../../../src/lab/topology.ts'
import { compareLooks, findWritten, lookAround } from '../../../src/lab/traces.ts'

const program = process.argv.slice(2)
/** Where the lab keeps its own: a server's log is no trace of the check. */
const LOG = '/run/rungs-lab/sshd.log'

/** So many checks run side by side. */
const ABREAST = 3

/** The states of `times` checks of `fault`, from both ends. */
async function repeat(fault: Fault, times: number): Promise<string[]> {
  const states: string[] = []
  for (let left = times; left > 0; left -= ABREAST) {
    const some = Array.from({ length: Math.min(ABREAST, left) }, () => check(program, fault, true))
    for (const { diagnosis, crash } of await Promise.all(some))
      states.push(crash ?? diagnosis?.verdict.summary ?? 'nothing')
  }
  return states
}

/** A real sshd in place of the lab's own, with default settings but for its key and its log. */
async function startSshd(): Promise<void> {
  mkdirSync('/run/sshd', { recursive: true })
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/run/host_key'])
  await runOn('server', `/usr/sbin/sshd -f /dev/null -E ${LOG} -h /run/host_key -o PidFile=none`)
  while (!existsSync(LOG) || !/listening on ::/.test(readFileSync(LOG, 'utf8')))
    await new Promise((resolve) => setTimeout(resolve, 50))
}

const state = await buildNetwork(program, loadTopology('standard'))
const own = state.services['server/ssh']
if (own) await stopService(own)
await startSshd()
/** Each address may begin four connections in a minute; one more is dropped, and counted. */
await runOn(
  'server',
  `nft -f - <<'END'
table inet guard {
  set seen4 { type ipv4_addr; flags dynamic; timeout 1m; }
  set seen6 { type ipv6_addr; flags dynamic; timeout 1m; }
  chain input {
    type filter hook input priority 0;
    tcp dport 22 tcp flags & (syn|ack) == syn counter
    tcp dport 22 ct state new update @seen4 { ip saddr limit rate over 4/minute burst 3 packets } counter drop
    tcp dport 22 ct state new update @seen6 { ip6 saddr limit rate over 4/minute burst 3 packets } counter drop
  }
}
END`,
)
const before = await lookAround(state.nodes)
const web = await repeat(loadFault('healthy'), 30)
const ssh = await repeat({ ...loadFault('healthy'), target: 'ssh://ssh.lab.example' }, 3)
const traces = [...compareLooks(before, await lookAround(state.nodes)), ...findWritten()]
const { stdout: rules } = await runOn('server', 'nft list chain inet guard input')
const counters = [...rules.matchAll(/counter packets (\d+)/g)].map(([, packets]) => Number(packets))
const { stdout: banned } = await run(['fail2ban-regex', LOG, '/etc/fail2ban/filter.d/sshd.conf'])
process.stdout.write(
  `${JSON.stringify({ web, ssh, traces, counters, log: readFileSync(LOG, 'utf8'), banned })}\n`,
)
