/** The forms that a diagnosis can be printed in; each is loaded only when it is asked for. */
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import type { Page } from '../report/page.ts'
import { type Flag, type Invocation, UsageError } from './command.ts'

export const FORMS = ['terminal', 'short', 'json', 'junit', 'markdown', 'html'] as const
export type Form = (typeof FORMS)[number]

export const FORM_FLAGS: readonly Flag[] = [
  {
    name: 'format',
    short: 'f',
    value: 'FORM',
    choices: FORMS,
    help: `print it as ${FORMS.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`,
  },
  { name: 'json', short: 'j', help: 'one JSON object: --format json' },
  { name: 'short', help: 'the verdict in one line: --format short' },
]

/** The form that was asked for; refuses two different ones. */
export function readForm({ flags }: Invocation): Form {
  const asked = new Set(
    [flags.format as Form | undefined, flags.json && 'json', flags.short && 'short'].filter(
      (form): form is Form => typeof form === 'string',
    ),
  )
  if (asked.size > 1)
    throw new UsageError(`${[...asked].join(' and ')} are two forms of the same answer; give one`)
  const [form = 'terminal'] = asked
  return form
}

type Format = (diagnosis: Diagnosis, page: Page) => string

const FORMAT: Readonly<Record<Form, () => Promise<Format>>> = {
  terminal: async () => (await import('../report/terminal.ts')).formatDiagnosis,
  short: async () => (await import('../report/short.ts')).formatShort,
  json: async () => (await import('../report/json.ts')).formatJson,
  junit: async () => (await import('../report/junit.ts')).formatJunit,
  markdown: async () => (await import('../report/markdown.ts')).formatMarkdown,
  html: async () => (await import('../report/html.ts')).formatHtml,
}

/** The diagnosis in that form. */
export const formatAs = async (form: Form, diagnosis: Diagnosis, page: Page): Promise<string> =>
  (await FORMAT[form]())(diagnosis, page)
