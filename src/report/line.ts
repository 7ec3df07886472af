/** Lines of styled text: how they are written, indented, set side by side, and painted at the end. */
import { printable } from '../base/printable.ts'
import { cutToWidth, displayWidth, padToWidth, wrap } from './width.ts'

/** What a text is, not how it looks: the painter decides, and nothing is said by colour alone. */
export type Style = 'plain' | 'bold' | 'dim' | 'pass' | 'warn' | 'fail' | 'unknown' | 'command'

export type Span = { readonly style: Style; readonly text: string }
export type Line = readonly Span[]

/** Colours a text; the one without colours gives it back as it is. */
export type Paint = (style: Style, text: string) => string

export const say = (text: string, style: Style = 'plain'): Span => ({ style, text })

export const lineWidth = (line: Line): number =>
  line.reduce((columns, span) => columns + displayWidth(span.text), 0)

/** `text` after `prefix`, wrapped to `columns`; further lines stand under its first word. */
export function hang(prefix: Line, text: string, columns: number, style: Style = 'plain'): Line[] {
  const indent = lineWidth(prefix)
  return wrap(text, columns - indent).map((part, index) => [
    ...(index === 0 ? prefix : [say(' '.repeat(indent))]),
    say(part, style),
  ])
}

/** `text` after `prefix` on one line, cut where it does not fit. */
export const fit = (
  prefix: Line,
  text: string,
  columns: number,
  style: Style = 'plain',
  mark = '…',
): Line => [...prefix, say(cutToWidth(text, columns - lineWidth(prefix), mark), style)]

export const indent = (lines: readonly Line[], columns: number): Line[] =>
  lines.map((line) => [say(' '.repeat(columns)), ...line])

/** Two blocks next to each other, the left one in `columns`, `between` after it. */
export function beside(
  left: readonly Line[],
  right: readonly Line[],
  columns: number,
  between: Span,
): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const line = left[row] ?? []
    const gap = say(' '.repeat(Math.max(0, columns - lineWidth(line))))
    return [...line, gap, between, ...(right[row] ?? [])]
  })
}

/** A frame's corners and edges. */
export type Frame = {
  readonly top: readonly [string, string]
  readonly bottom: readonly [string, string]
  readonly across: string
  readonly down: string
}

/** The lines in a frame of `columns`, its own edges included. */
export function box(lines: readonly Line[], columns: number, frame: Frame, style: Style): Line[] {
  const inner = columns - 4
  const edge = ([left, right]: readonly [string, string]): Line => [
    say(left + frame.across.repeat(columns - 2) + right, style),
  ]
  return [
    edge(frame.top),
    ...lines.map((line) => [
      say(`${frame.down} `, style),
      ...line,
      say(padToWidth('', inner - lineWidth(line))),
      say(` ${frame.down}`, style),
    ]),
    edge(frame.bottom),
  ]
}

/**
 * The lines as text, each ended by a line feed. This is the edge: whatever came from outside is
 * made printable here, so that only the painter's own sequences reach a terminal.
 */
export const paintLines = (lines: readonly Line[], paint: Paint): string =>
  lines
    .map((line) => {
      const last = line.findLastIndex(({ text }) => text.trim() !== '')
      return line
        .slice(0, last + 1)
        .map(({ style, text }, index) =>
          paint(style, printable(index === last ? text.trimEnd() : text)),
        )
        .join('')
    })
    .map((line) => `${line}\n`)
    .join('')
