import { readFileSync } from 'node:fs'
import { hex } from './hex.ts'

/**
 * Ethernet frames that Linux 6 sent and received in a namespace, and what tshark 4 read in the
 * outermost header of each kind: `data/frames.tsv`, one frame a line.
 */
export type Frame = {
  readonly view: DataView
  /** A field as tshark prints it; empty where the frame has none. */
  readonly text: (field: string) => string
  /** A number from it, decimal or 0x…; NaN where the frame has none. */
  readonly number: (field: string) => number
}

const [header = '', ...lines] = readFileSync(`${import.meta.dirname}/data/frames.tsv`, 'utf8')
  .trimEnd()
  .split('\n')
const names = header.split('\t')

export const frames: readonly Frame[] = lines.map((line) => {
  const columns = line.split('\t')
  const text = (field: string): string => columns[names.indexOf(field)] ?? ''
  const number = (field: string): number => (text(field) === '' ? Number.NaN : Number(text(field)))
  return { view: hex(text('hex')), text, number }
})

/** Those in which tshark saw this field. */
export const framesWith = (field: string): readonly Frame[] =>
  frames.filter((frame) => frame.text(field) !== '')

/** Bytes of an Ethernet header without a tag. */
export const ETHERNET = 14
