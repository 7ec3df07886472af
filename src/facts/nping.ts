/** What `nping --tcp-connect` prints (nmap's nping/ProbeMode.cc and NpingOps.cc). */
export type NpingTarget = {
  /** The name that was asked for; null when it was an address. */
  readonly name: string | null
  readonly address: string
  readonly port: number
  readonly sent: number
  readonly completed: number
  readonly failed: number
  /** Attempts without any answer. */
  readonly timedOut: number
  /**
   * Why attempts failed: `Connection refused`, `No route to host`, … Nping calls all of them a
   * possible reset, an ICMP error and a refusal of the own kernel as well.
   */
  readonly errors: readonly string[]
}

export type NpingText = {
  /** Of the first target; null where nothing was sent. */
  readonly address: string | null
  readonly port: number | null
  /** Handshakes that completed, failed with an answer, and had none. */
  readonly completed: number
  readonly failed: number
  readonly timedOut: number
  /** Null where no handshake completed. */
  readonly minRttMs: number | null
  readonly averageRttMs: number | null
  readonly maxRttMs: number | null
  readonly targets: readonly NpingTarget[]
  /** Why nping could not begin: a name that does not resolve. */
  readonly error: string | null
}

type Count = {
  name: string | null
  address: string
  port: number
  sent: number
  completed: number
  failed: number
  errors: string[]
}

const END = String.raw`(\S{1,300}):(\d{1,5})(?: \((\S{1,80}):\d{1,5}\))?`
const SENT = new RegExp(`^SENT \\([\\d.]+s\\) Starting TCP Handshake > ${END}\\s*$`)
const DONE = new RegExp(`^RCVD \\([\\d.]+s\\) Handshake with ${END} completed`)
const FAILED = new RegExp(`^RCVD \\([\\d.]+s\\) Possible TCP RST received from ${END} --> (.+)$`)
const RTT = /^Max rtt: ([\d.]+)ms \| Min rtt: ([\d.]+)ms \| Avg rtt: ([\d.]+)ms/
const BEGINS = /^Starting Nping |^TCP connection attempts: \d/
const HOPELESS = /^(Failed to resolve .{1,300}?)(?:\. {2}Note|$)/

function countAt(counts: Map<string, Count>, match: RegExpExecArray): Count {
  const [, host = '', port = '', resolved] = match
  const address = resolved ?? host
  const key = `${address} ${port}`
  const count = counts.get(key) ?? {
    name: resolved === undefined || resolved === host ? null : host,
    address,
    port: Number(port),
    sent: 0,
    completed: 0,
    failed: 0,
    errors: [],
  }
  counts.set(key, count)
  return count
}

/** The first run of nping in `text`; null when there is none. */
export function parseNping(text: string): NpingText | null {
  const counts = new Map<string, Count>()
  let begun = false
  let rtt: RegExpExecArray | null = null
  let error: string | null = null
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd()
    const [sent, done, failed] = [SENT.exec(line), DONE.exec(line), FAILED.exec(line)]
    if (sent) countAt(counts, sent).sent++
    if (done) countAt(counts, done).completed++
    if (failed) {
      const count = countAt(counts, failed)
      count.failed++
      count.errors.push(failed[4] ?? '')
    }
    begun ||= BEGINS.test(line)
    rtt ??= RTT.exec(line)
    error ??= HOPELESS.exec(line)?.[1] ?? null
    if (line.startsWith('Nping done:')) break
  }
  if (!begun && counts.size === 0) return null
  const targets = [...counts.values()].map((count) => ({
    ...count,
    timedOut: Math.max(0, count.sent - count.completed - count.failed),
  }))
  const sum = (key: 'completed' | 'failed' | 'timedOut'): number =>
    targets.reduce((total, target) => total + target[key], 0)
  return {
    address: targets[0]?.address ?? null,
    port: targets[0]?.port ?? null,
    completed: sum('completed'),
    failed: sum('failed'),
    timedOut: sum('timedOut'),
    minRttMs: rtt ? Number(rtt[2]) : null,
    averageRttMs: rtt ? Number(rtt[3]) : null,
    maxRttMs: rtt ? Number(rtt[1]) : null,
    targets,
    error,
  }
}
