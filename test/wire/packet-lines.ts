import { readFileSync } from 'node:fs'
import { PacketLines } from '../../src/wire/packet-line.ts'
import { hex } from './hex.ts'

/**
 * Frames and the lines that tcpdump 4.99.3 prints of them with -n: `data/packet-lines.tsv`, in the
 * order of their captures. Those of `made` were put together by hand for what rarely occurs; of
 * `apart` ours differ, see `packet-line.test.ts`.
 */
export type LinedFrame = {
  readonly capture: string
  readonly linkType: number
  readonly originalBytes: number
  readonly view: DataView
  /** With the line ends of lines that are several. */
  readonly theirs: string
  readonly ours: string
}

const path = `${import.meta.dirname}/data/packet-lines.tsv`
const writers = new Map<string, PacketLines>()

export const linedFrames: readonly LinedFrame[] = readFileSync(path, 'latin1')
  .split('\n')
  .slice(1, -1)
  .map((row) => {
    const [capture = '', linkType = '', bytes = '', digits = '', line = ''] = row.split('\t')
    const writer = writers.get(capture) ?? new PacketLines()
    writers.set(capture, writer)
    const view = hex(digits)
    const originalBytes = Number(bytes)
    const ours = writer.line(view, 0, view.byteLength, originalBytes, Number(linkType))
    const theirs = row.split('\t').slice(4).join('\t').replaceAll('\\n', '\n') || line
    return { capture, linkType: Number(linkType), originalBytes, view, theirs, ours }
  })

/** Those that must be equal and whose line tcpdump began or filled with this. */
export const linedWith = (pattern: RegExp): readonly LinedFrame[] =>
  linedFrames.filter(({ capture, theirs }) => capture !== 'apart' && pattern.test(theirs))
