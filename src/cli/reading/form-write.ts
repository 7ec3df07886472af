/** `rungs read -w FILE`: the packets that were asked for as a file, each story beside the first packet of its connection. */
import { closeSync, openSync, statSync } from 'node:fs'
import { TOOL } from '../../base/version.ts'
import type { CaptureInterface } from '../../capture/packet.ts'
import {
  type PcapUnit,
  type WrittenPacket,
  writePcapHeader,
  writePcapRecord,
} from '../../capture/write-pcap.ts'
import {
  writeInterface,
  writeNames,
  writePacket,
  writeSection,
} from '../../capture/write-pcapng.ts'
import type { CaptureSource } from '../../host/capture-file.ts'
import { writeAll } from '../../host/write-all.ts'
import { bytesBetween } from '../../wire/bytes.ts'
import { UsageError } from '../command.ts'
import type { PacketLoop } from './packet-loop.ts'
import type { Form, Scene } from './scene.ts'

/** Bytes that are put together before they are written. */
const PIECE_BYTES = 1 << 18

const STDOUT = 1

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** A file that is written from its beginning to its end. */
class ByteFile {
  private readonly path: string
  private readonly file: number
  private pieces: Uint8Array[] = []
  private held = 0

  /** Refuses to write over one of the files that are read. */
  constructor(path: string, inputs: readonly string[]) {
    this.path = path
    const same = inputs.find((input) => input !== '-' && path !== '-' && isSame(input, path))
    if (same !== undefined)
      throw new UsageError(`--write ${path} would write over ${same}, which is being read`)
    try {
      this.file = path === '-' ? STDOUT : openSync(path, 'w')
    } catch (error) {
      throw new UsageError(`${path} cannot be written (${reasonOf(error)})`)
    }
  }

  write(bytes: Uint8Array): void {
    this.pieces.push(bytes)
    this.held += bytes.length
    if (this.held >= PIECE_BYTES) this.flush()
  }

  flush(): void {
    const all = Buffer.concat(this.pieces, this.held)
    this.pieces = []
    this.held = 0
    try {
      writeAll(this.file, all)
    } catch (error) {
      throw new UsageError(`${this.path} could not be written to its end (${reasonOf(error)})`)
    }
  }

  close(): void {
    this.flush()
    if (this.file !== STDOUT) closeSync(this.file)
  }
}

function isSame(input: string, output: string): boolean {
  try {
    const [one, other] = [statSync(input), statSync(output)]
    return one.dev === other.dev && one.ino === other.ino && one.isFile()
  } catch {
    return false
  }
}

/** Writes one packet after the other in a format. */
type PacketWriter = {
  /** Null where it was written, else why it cannot be. */
  readonly packet: (
    packet: WrittenPacket,
    loop: PacketLoop,
    comment: string | undefined,
  ) => string | null
  /** What a file without packets holds: from where they would have been. */
  readonly empty: (of: CaptureInterface) => void
}

function pcapngWriter(file: ByteFile, names: ReadonlyMap<string, string>): PacketWriter {
  const written = new Map<CaptureSource | null, Map<number, number>>()
  let interfaces = 0
  file.write(writeSection(TOOL))
  if (names.size > 0) file.write(writeNames(names))
  const indexOf = ({ source, interfaceIndex, interface: of }: PacketLoop): number => {
    const known = written.get(source) ?? new Map<number, number>()
    written.set(source, known)
    const index = known.get(interfaceIndex)
    if (index !== undefined) return index
    file.write(writeInterface(of))
    known.set(interfaceIndex, interfaces)
    return interfaces++
  }
  return {
    packet: (packet, loop, comment) => {
      const index = indexOf(loop)
      file.write(writePacket(packet, index, comment === undefined ? [] : [comment]))
      return null
    },
    empty: (of) => file.write(writeInterface(of)),
  }
}

function pcapWriter(file: ByteFile): PacketWriter {
  let first: CaptureInterface | null = null
  let unit: PcapUnit = 'microseconds'
  return {
    packet: (packet, { interface: of }) => {
      if (first === null) {
        first = of
        unit = packet.timeNs % 1000 === 0 ? 'microseconds' : 'nanoseconds'
        file.write(writePcapHeader(of, unit))
      }
      if (of.linkType !== first.linkType)
        return 'the packets have different link types, which a pcap cannot hold; write a .pcapng'
      file.write(writePcapRecord(packet, unit))
      return null
    },
    empty: (of) => file.write(writePcapHeader(of, unit)),
  }
}

/** Names that the files of the first reading told. */
const namesOf = (sources: Iterable<CaptureSource>): Map<string, string> =>
  new Map([...sources].flatMap(({ reader }) => [...reader.names]))

/** `comments` are the stories by the frame that they belong to. */
export function writeForm(scene: Scene, path: string, comments: ReadonlyMap<number, string>): Form {
  const file = new ByteFile(path, scene.request.files)
  const isPcap = /\.pcap$/i.test(path)
  const writer = isPcap ? pcapWriter(file) : pcapngWriter(file, namesOf(scene.sources))
  let failure: string | null = null
  let isEmpty = true
  return {
    after: (loop) => {
      isEmpty = false
      const { view, at, end, originalBytes, timeNs, frame } = loop
      const bytes = bytesBetween(view, at, end).slice()
      const packet = { epochSeconds: scene.epochSeconds, timeNs, bytes, originalBytes }
      failure ??= writer.packet(packet, loop, comments.get(frame))
    },
    ended: null,
    needsPayload: false,
    finish: () => {
      const [first] = [...scene.sources].flatMap(({ reader }) => reader.interfaces)
      if (isEmpty && first !== undefined) writer.empty(first)
      file.close()
      return failure
    },
  }
}
