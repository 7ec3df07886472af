/** Questions to one host, each put at most once, its sources tried in their order. */
import type { Output, Question } from '../facts/source.ts'
import type { Answer, Host, Inquiry, RunOptions } from './host.ts'

const FAILURES: Readonly<Record<NonNullable<Output['failure']>, string>> = {
  missing: 'is not installed',
  denied: 'may not be run',
  timeout: 'did not end in time',
  'too-large': 'printed more than can be read',
  unreachable: 'could not be run: the host is out of reach',
}

const firstLine = (text: string): string => text.trim().split('\n')[0]?.slice(0, 200) ?? ''

/** Says why an output is no answer. */
export function explainFailure(output: Output): string {
  const [program = '?'] = output.argv
  if (output.failure) {
    const detail = output.failure === 'unreachable' ? firstLine(output.stderr) : ''
    return `${program} ${FAILURES[output.failure]}${detail ? ` (${detail})` : ''}`
  }
  if (output.code !== 0)
    return `${program} failed: ${firstLine(output.stderr) || `exit status ${output.code}`}`
  return `the output of ${program} could not be understood`
}

/** Opens the inquiry of `host`. Commands and answers are remembered; failures too. */
export function inquire(host: Host): Inquiry {
  const outputs = new Map<string, Promise<Output>>()
  const answers = new Map<string, Promise<Answer<unknown>>>()

  const run = (argv: readonly string[], options?: RunOptions): Promise<Output> => {
    const key = argv.join('\0')
    const known = outputs.get(key) ?? host.run(argv, options)
    outputs.set(key, known)
    return known
  }

  const tryAll = async <T>(question: Question<T>, runner: Inquiry['run']): Promise<Answer<T>> => {
    const failures: string[] = []
    let needs: string | null = null
    for (const source of question.sources) {
      const output = await runner(source.argv)
      const value = output.failure === null ? source.parse(output) : null
      if (value !== null) return { known: true, value, output }
      failures.push(explainFailure(output))
      if (output.failure === 'missing') needs ??= source.package
      if (output.failure === 'unreachable') break
    }
    return { known: false, because: [...new Set(failures)].join('; '), needs }
  }

  const ask = <T>(question: Question<T>): Promise<Answer<T>> => {
    const key = `${question.name}\0${question.sources[0]?.argv.join('\0')}`
    const known = answers.get(key) ?? tryAll(question, run)
    answers.set(key, known)
    return known as Promise<Answer<T>>
  }

  return { host, run, ask, askAgain: (question) => tryAll(question, host.run) }
}
