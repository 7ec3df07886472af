/**
 * XML and HTML, written so that no value can be forgotten: whatever is put into a template is made
 * printable and escaped there, unless it is markup itself.
 */
import { printable } from '../base/printable.ts'

/** Text that is markup already. */
export type Markup = { readonly markup: string }

type Value = string | number | null | Markup | readonly Value[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For element content and quoted attributes; what XML 1.0 §2.2 allows nowhere is replaced. */
export const escapeMarkup = (text: string): string =>
  printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

function render(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string') return escapeMarkup(value)
  if (typeof value === 'number') return String(value)
  return 'markup' in value ? value.markup : value.map(render).join('')
}

/** A template of markup; a list is put in item after item, null is nothing. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  markup: parts
    .map((part, index) => (index === 0 ? '' : render(values[index - 1] ?? null)) + part)
    .join(''),
})

/** Texts as lines, for an element that keeps them apart. */
export const markupLines = (lines: readonly string[]): Markup => ({
  markup: lines.map(escapeMarkup).join('\n'),
})
