/** The page that a report is written on: its width, its signs, and how much is told. */
import { printable } from '../base/printable.ts'
import type { State, Status } from '../diagnose/diagnosis.ts'
import type { Frame, Paint, Style } from './line.ts'

export type Page = {
  /** Width in columns, at least 40. */
  readonly columns: number
  /** False where the terminal does not speak UTF-8: then only ASCII is written. */
  readonly unicode: boolean
  /** Every finding with its evidence, not only what matters. */
  readonly verbose: boolean
  readonly paint: Paint
}

type Signs = {
  readonly status: Readonly<Record<Status, string>>
  readonly frame: Frame
  readonly rule: string
  readonly down: string
  readonly cut: string
  readonly to: string
  readonly between: string
}

/** What a report shows that is not bound to a terminal. */
export const UNICODE_SIGNS: Signs = {
  status: { pass: '✓', warn: '!', fail: '✗', skip: '–', unknown: '?' },
  frame: { top: ['╭', '╮'], bottom: ['╰', '╯'], across: '─', down: '│' },
  rule: '─',
  down: '│',
  cut: '…',
  to: '→',
  between: ' · ',
}

const ASCII: Signs = {
  status: { pass: '+', warn: '!', fail: 'x', skip: '-', unknown: '?' },
  frame: { top: ['+', '+'], bottom: ['+', '+'], across: '-', down: '|' },
  rule: '-',
  down: '|',
  cut: '...',
  to: '->',
  between: ' | ',
}

/** The signs that this page can show. */
export const signsOf = (page: Page): Signs => (page.unicode ? UNICODE_SIGNS : ASCII)

export const STATUS_STYLE: Readonly<Record<Status, Style>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  skip: 'dim',
  unknown: 'unknown',
}

/** The status that a verdict's state looks like. */
export const STATE_STATUS: Readonly<Record<State, Status>> = {
  reachable: 'pass',
  degraded: 'warn',
  unreachable: 'fail',
  undetermined: 'unknown',
}

const TYPOGRAPHY: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '→': '->',
  '←': '<-',
  '·': '|',
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
  '\u00a0': ' ',
}

const escaped = (character: string): string =>
  TYPOGRAPHY[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** A text as this page can show it: printable, and in ASCII where there is nothing else. */
export function showOn(page: Page, text: string): string {
  const clean = printable(text)
  return page.unicode ? clean : clean.replace(/[^ -~]/gu, escaped)
}

const LEAST_COLUMNS = 40

/** The width that is written in: that of the page, but lines that are longer than `most` are hard to read. */
export const readableColumns = (page: Page, most: number): number =>
  Math.min(most, Math.max(LEAST_COLUMNS, page.columns))

/** A value with `change` applied to every text in it. */
export function eachText<T>(value: T, change: (text: string) => string): T
export function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item: unknown) => eachText(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, eachText(item as unknown, change)]),
  )
}
