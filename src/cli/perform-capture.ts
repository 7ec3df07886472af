/** Does what a capture request asks for: packets from a device, the stories of their connections as they end, files of packets. */
import { printable } from '../base/printable.ts'
import { compile } from '../filter/compile.ts'
import { cookedProgram } from '../filter/cooked.ts'
import { FilterError } from '../filter/filter-error.ts'
import { parseExpression } from '../filter/grammar.ts'
import { K, type Program, RET } from '../filter/instruction.ts'
import { hostNamesIn } from '../filter/names.ts'
import type { Connection } from '../flow/connection.ts'
import { tellStory } from '../flow/story.ts'
import { storyName } from '../flow/story-name.ts'
import type { TakePackets } from '../host/capture-file.ts'
import { lookUpHosts, machineNames } from '../host/filter-names.ts'
import { keepHeapSmall } from '../host/heap.ts'
import { deviceLinkType, isRingFailure, type RingFailure } from '../host/kernel/packet-ring.ts'
import { type LiveCapture, openLiveCapture } from '../host/live-capture.ts'
import { PacketFile, PacketFileError } from '../host/packet-file.ts'
import { describeCount } from '../report/read/amount.ts'
import { Statistics } from '../report/read/statistics.ts'
import { LINK_TYPE, linkTypeName } from '../wire/link-type.ts'
import type { CaptureRequest } from './capture.ts'
import { EXIT, UsageError } from './command.ts'
import { filterComplaint } from './filter-complaint.ts'
import { type Progress, startProgress } from './progress.ts'
import type { ReadRequest } from './read.ts'
import type { AllLines } from './reading/form-packets.ts'
import { openForm } from './reading/open-form.ts'
import { openLoop } from './reading/open-loop.ts'
import { Output } from './reading/output.ts'
import { openFilter, type PacketFilter } from './reading/packet-filter.ts'
import type { PacketLoop } from './reading/packet-loop.ts'
import { type Form, Scene } from './reading/scene.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'

/** A connection that has ended is told of so soon; what comes later still is a straggler that begins another one. */
const LINGER_NS = 2e9

/** What of the forms of `rungs read` a capture asks for. */
const readRequestOf = (request: CaptureRequest): ReadRequest => ({
  files: [request.device],
  form: request.form === 'none' ? 'count' : request.form,
  flow: null,
  stories: null,
  first: request.packets,
  writeTo: null,
  json: request.json,
  detail: false,
  checksums: false,
  all: false,
  numeric: request.numeric,
  strict: request.strict,
  verbose: false,
  noColour: request.noColour,
  filter: null,
})

/** How packets are chosen: by the kernel, and where it cannot, by ourselves. */
type Choice = { readonly kernel: Program; readonly own: PacketFilter | null }

/** The filter and how much of each packet is kept, as a program. */
async function compileFor({ expression, device, snapBytes }: CaptureRequest): Promise<Choice> {
  const hosts = await lookUpHosts(hostNamesIn(parseExpression(expression)))
  const linkType = deviceLinkType(device)
  const about = { linkType, source: 'live', bigEndian: false, netmask: null } as const
  const names = machineNames(hosts)
  const program = compile(expression, { ...about, snapLength: snapBytes, names })
  const kernel = linkType === LINK_TYPE.sll2 ? cookedProgram(program) : program
  if (kernel !== null) return { kernel, own: null }
  return {
    kernel: [{ code: RET + K, jt: 0, jf: 0, k: snapBytes }],
    own: await openFilter(expression),
  }
}

/** How many packets there were, each form of the answer apart. */
const lossLine = (lost: number, bufferBytes: number): string =>
  lost === 0
    ? 'none lost'
    : `${describeCount(lost, 'packet')} lost for want of room; a larger --buffer than ${bufferBytes >> 20} or --snapshot-length 128 helps`

/** One capture at work. */
class Session {
  readonly #request: CaptureRequest
  readonly #around: Surroundings
  readonly #capture: LiveCapture
  readonly #output: Output
  readonly #scene: Scene
  readonly #file: PacketFile | null
  /** What the kernel could not choose by. */
  readonly #filter: PacketFilter | null
  #form: Form | null = null
  #loop: PacketLoop | null = null
  #lines: AllLines | null = null
  #status: Progress | null = null
  #taken = 0
  #ended = 0
  #fault = false

  constructor(
    request: CaptureRequest,
    around: Surroundings,
    capture: LiveCapture,
    filter: PacketFilter | null,
  ) {
    this.#filter = filter
    this.#request = request
    this.#around = around
    this.#capture = capture
    const sink = { ...around.out, write: (text: string) => this.#write(text) }
    this.#output = new Output(sink, () => {})
    const page = pageFor(around, { noColour: request.noColour, verbose: false })
    this.#scene = new Scene(readRequestOf(request), page, this.#output, true)
    this.#scene.sources.add(capture)
    const { writeTo, rotateBytes: bytes, rotateSeconds: seconds, keep } = request
    const [device] = capture.reader.interfaces
    this.#file =
      writeTo === null || device === undefined
        ? null
        : new PacketFile(writeTo, device, capture.reader.epochSeconds, { bytes, seconds, keep })
  }

  /** The answer's lines take the place of the one that says what goes on. */
  #write(text: string): void {
    this.#status?.end()
    this.#status = null
    this.#around.out.write(text)
  }

  async run(): Promise<number> {
    const { err, signal } = this.#around
    await this.#open()
    const stop = new AbortController()
    const end = (): void => stop.abort()
    const { durationMs } = this.#request
    const timer = durationMs === null ? null : setTimeout(end, durationMs)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    err.write(`rungs: ${printable(this.#beginning())}\n`)
    try {
      await this.#capture.run(this.#take, (nowNs) => this.#tick(nowNs), stop.signal)
    } finally {
      if (timer !== null) clearTimeout(timer)
      signal.removeEventListener('abort', end)
      this.#status?.end()
      this.#file?.close()
    }
    this.#around.stopWasMeant?.()
    return this.#finish()
  }

  async #open(): Promise<void> {
    const { form, json, strict } = this.#request
    if (form === 'packets' && !json && !strict) {
      const { AllLines } = await import('./reading/form-packets.ts')
      this.#lines = new AllLines(this.#scene)
      return
    }
    if ((form === 'none' || form === 'count') && !strict) return
    const statistics = new Statistics()
    const opened = await openForm(this.#scene, statistics, new Map())
    this.#form = opened
    this.#loop = openLoop({
      statistics,
      after: opened.after,
      only: null,
      needsPayload: true,
      most: null,
      lingerNs: LINGER_NS,
      ended: (connection) => this.#tell(connection, opened),
    })
  }

  #tell(connection: Connection, form: Form): void {
    this.#ended++
    if (this.#request.strict && !this.#fault) this.#fault = tellStory(connection).fault
    form.ended?.(connection, storyName(connection))
  }

  readonly #take: TakePackets = (batch, from, to, source) => {
    const end = this.#filter?.keep(batch, from, to, source) ?? to
    const left = (this.#request.packets ?? Number.POSITIVE_INFINITY) - this.#taken
    const last = Math.min(end, from + left)
    this.#file?.write(batch, from, last)
    this.#lines?.take(batch, from, last, source)
    this.#loop?.take(batch, from, last, source)
    this.#taken += last - from
    const more = last - from < left
    const drained = this.#around.out.drained?.() ?? null
    return drained === null ? more : drained.then(() => more)
  }

  /** Time has passed: what rests long enough is told, and what is held is written. */
  #tick(nowNs: number): void {
    const { err } = this.#around
    this.#loop?.flows?.passed(nowNs)
    this.#output.flush()
    this.#file?.flush()
    if (!err.isTerminal) return
    if (this.#status === null) this.#status = startProgress(err, this.#standing())
    else this.#status.show(this.#standing())
  }

  #beginning(): string {
    const { device, writeTo } = this.#request
    const into = writeTo === null || writeTo === '-' ? '' : ` into ${writeTo}`
    const [of] = this.#capture.reader.interfaces
    return `listening on ${device} (${linkTypeName(of?.linkType ?? -1)})${into}; Ctrl-C ends it`
  }

  #standing(): string {
    const open = this.#loop?.flows?.open ?? null
    const connections =
      open === null ? '' : `, ${describeCount(open, 'connection')} followed, ${this.#ended} told`
    const { dropped } = this.#capture.counts()
    return `${this.#request.device}: ${describeCount(this.#taken, 'packet')}${connections}${dropped > 0 ? `, ${dropped} lost` : ''}`
  }

  async #finish(): Promise<number> {
    const { err } = this.#around
    const { form, json, device, strict, bufferBytes } = this.#request
    this.#loop?.flows?.finish()
    this.#lines?.finish()
    if (this.#form !== null && this.#loop !== null) this.#form.finish(this.#loop)
    if (form === 'count') {
      const { formatCount } = await import('./reading/form-count.ts')
      this.#output.write(formatCount(this.#taken, json))
    }
    this.#output.flush()
    const { failure } = this.#capture
    if (failure !== null) err.write(`rungs: ${printable(failure)}\n`)
    const { received, dropped } = this.#capture.counts()
    const counts = `${describeCount(this.#taken, 'packet')} captured on ${device}, ${describeCount(received, 'packet')} let through by the kernel, ${lossLine(dropped, bufferBytes)}`
    err.write(`rungs: ${printable(counts)}\n`)
    if (failure !== null) return EXIT.couldNotWork
    return strict && this.#fault ? EXIT.fault : EXIT.held
  }
}

/** What was opened: the capture, and what ends the way to it. */
type Opened = {
  readonly capture: LiveCapture | RingFailure
  readonly own: PacketFilter | null
  readonly close: () => Promise<void>
}

async function openHere(request: CaptureRequest): Promise<Opened> {
  const { device, promiscuous, bufferBytes, snapBytes } = request
  const { kernel, own } = await compileFor(request)
  const capture = openLiveCapture({ device, filter: kernel, promiscuous, bufferBytes }, snapBytes)
  return { capture, own, close: async () => {} }
}

async function openThere(spec: string, request: CaptureRequest): Promise<Opened> {
  // What cannot be read is told with its place, before anything is asked of another host.
  parseExpression(request.expression)
  const [{ openHost }, { openRemoteCapture }] = await Promise.all([
    import('../host/run/open.ts'),
    import('../host/remote-capture.ts'),
  ])
  const host = openHost(spec, 'host', 'router')
  if ('error' in host) throw new UsageError(`--host ${host.error}`)
  const capture = await openRemoteCapture(host, request)
  return { capture, own: null, close: () => host.close() }
}

/** Captures until it is told to stop, and prints the answer; resolves to the exit code. */
export async function performCapture(
  request: CaptureRequest,
  around: Surroundings,
): Promise<number> {
  keepHeapSmall()
  const { host, expression } = request
  let opened: Opened | null = null
  try {
    opened = await (host === null ? openHere(request) : openThere(host, request))
    const { capture, own } = opened
    if (isRingFailure(capture)) {
      around.err.write(`rungs: ${printable(capture.reason)}\n`)
      return EXIT.couldNotWork
    }
    return await new Session(request, around, capture, own).run()
  } catch (error) {
    if (error instanceof FilterError) around.err.write(filterComplaint(error, expression))
    else if (error instanceof PacketFileError)
      around.err.write(`rungs: ${printable(error.message)}\n`)
    else throw error
    return EXIT.couldNotWork
  } finally {
    await opened?.close()
  }
}
