/** One conversation with an address: connect, TLS where it has it, what is said, how it ends. */
import type { Socket } from 'node:net'
import { printable, printableLines } from '../../base/printable.ts'
import type { Ending, Endpoint, Exchange, ExchangePlan } from '../../diagnose/probes.ts'
import { familyOf } from '../../wire/address.ts'
import { formatEndpoint, openConnection } from './connect.ts'
import { refusedLater, startTls } from './tls.ts'
import { openTunnel } from './tunnel.ts'

/** More of a reply is not read. */
const MOST_BYTES = 64 << 10
/** More of it is not shown. */
const MOST_LINES = 12
const MOST_TRANSCRIPT_LINES = 40

/** What came of the dialog. */
type Dialog = {
  readonly bytes: Uint8Array
  readonly firstByteMs: number | null
  readonly waitedMs: number
  readonly silent: boolean
  readonly how: Ending['how'] | null
  readonly error: Error | null
}

/** Says the request and listens until the reply is whole, the far end ends it, or it is silent. */
function converse(stream: Socket, plan: ExchangePlan): Promise<Dialog> {
  const began = performance.now()
  const buffer = Buffer.alloc(MOST_BYTES)
  let have = 0
  let firstByteMs: number | null = null
  return new Promise((resolve) => {
    const finish = (end: Partial<Dialog> = {}): void => {
      clearTimeout(patience)
      clearTimeout(whole)
      stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error')
      stream.on('error', () => {})
      const waitedMs = performance.now() - began
      const bytes = Uint8Array.from(buffer.subarray(0, have))
      resolve({ bytes, firstByteMs, waitedMs, silent: false, how: null, error: null, ...end })
    }
    const wait = (): NodeJS.Timeout => setTimeout(() => finish({ silent: true }), plan.patienceMs)
    let patience = wait()
    // A server that says a byte now and then has its patience renewed, but not for ever.
    const most = Math.max(plan.timeoutMs, plan.patienceMs)
    const whole = setTimeout(() => finish({ silent: true }), most)
    stream.on('data', (part: Buffer) => {
      firstByteMs ??= performance.now() - began
      have += part.copy(buffer, have)
      if (have === MOST_BYTES || plan.complete(buffer.subarray(0, have))) return finish()
      clearTimeout(patience)
      patience = wait()
    })
    stream.on('end', () => finish({ how: 'fin' }))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      finish({ how: reset ? 'reset' : 'fin', error })
    })
    if (plan.request !== null) stream.write(plan.request)
  })
}

/** `curl …` for HTTP, else what opens the connection for typing. */
function formatCommand(to: Endpoint, plan: ExchangePlan): string {
  const http = /^(GET|HEAD) (\S*) HTTP\//.exec(plan.request ?? '')
  const isName = familyOf(plan.serverName) === null
  if (!http)
    return plan.tls
      ? `openssl s_client -quiet -connect ${formatEndpoint(to)} -servername ${plan.serverName}`
      : `nc ${to.address} ${to.port}`
  const usual = plan.tls ? 443 : 80
  const host = formatEndpoint({ ...to, address: isName ? plan.serverName : to.address })
  const authority = to.port === usual ? host.replace(/:\d+$/, '') : host
  const six = to.address.includes(':') ? `[${to.address}]` : to.address
  const resolve = isName ? ` --resolve ${plan.serverName}:${to.port}:${six}` : ''
  const head = http[1] === 'HEAD' ? ' -I' : ''
  const url = `${plan.tls ? 'https' : 'http'}://${authority}${http[2]}`
  return printable(`curl -v${head}${resolve} ${/[&;?*$'"()<>|\\]/.test(url) ? `'${url}'` : url}`)
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function writeTranscript(plan: ExchangePlan, reply: string): string[] {
  const said = printableLines(plan.request ?? '', MOST_TRANSCRIPT_LINES)
  const heard = printableLines(reply, MOST_TRANSCRIPT_LINES)
  return [
    ...(plan.request ? said.map((line) => `> ${line}`) : []),
    ...(reply ? heard.map((line) => `< ${line}`) : []),
  ]
}

const NOTHING = { tls: null, reply: null, transcript: [], silent: false, waitedMs: 0 } as const

/** Holds the conversation that `plan` describes with `to`, then closes. Never throws. */
export async function probeExchange(to: Endpoint, plan: ExchangePlan): Promise<Exchange> {
  // Loaded while the connection is being made.
  if (plan.tls) void import('node:tls')
  const { connect, socket: raw } = await openConnection(to, plan.timeoutMs, plan.maxSegmentBytes)
  const stood = performance.now()
  const ending = (how: Ending['how'] | null): Ending | null =>
    how && { how, afterMs: performance.now() - stood, bytes: raw?.bytesRead ?? 0 }
  if (!raw) {
    const how = connect.outcome === 'connected' ? 'reset' : null
    return { ...NOTHING, connect, ending: ending(how) }
  }
  raw.on('error', () => {})
  plan.onConnected?.()
  try {
    const led = plan.tunnel === undefined ? null : await openTunnel(raw, to, plan.tunnel, plan)
    const tunnel = led && { tunnel: led.tunnel }
    if (led && !led.open) return { ...NOTHING, ...tunnel, connect, ending: ending(led.ending) }
    const secured = plan.tls ? await startTls(raw, to, plan) : null
    if (secured && !secured.socket)
      return {
        ...NOTHING,
        ...tunnel,
        connect,
        tls: secured.session,
        ending: ending(secured.ending),
      }
    const dialog = await converse(secured?.socket ?? raw, plan)
    const { error, firstByteMs, bytes, silent, waitedMs } = dialog
    const session = secured?.session ?? null
    const text = decode(bytes)
    const result: Exchange = {
      ...tunnel,
      connect,
      tls: session && error ? refusedLater(session, error) : session,
      reply:
        firstByteMs === null
          ? null
          : {
              command: formatCommand(to, plan),
              lines: printableLines(text, MOST_LINES),
              firstByteMs,
              bytes,
            },
      transcript: writeTranscript(plan, text),
      ending: ending(dialog.how),
      silent,
      waitedMs,
    }
    secured?.socket?.destroy()
    return result
  } finally {
    raw.destroy()
  }
}
