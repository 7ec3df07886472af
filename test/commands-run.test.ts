/** docs/commands-run.md lists every command that a check may run, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Question } from '../src/facts/source.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/commands-run.md'), 'utf8')

/** What a question about one thing is asked with, so that its command can be seen. */
const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  linkSettings: ['IF'],
  deviceStatistics: ['IF'],
  frameErrors: ['IF'],
  arrivingFrames: ['IF'],
  trafficFilters: ['IF', 'ingress'],
  wifiLink: ['IF'],
  wifiNetworks: ['IF'],
  wpaStatus: ['IF'],
  moduleInfo: ['MODULE'],
  unit: ['UNIT'],
  unitOfPid: [1],
  cgroupOf: [1],
  process: [1],
  processStatus: [1],
  processLimits: [1],
  openFiles: [1],
  containerIds: ['docker'],
  containerLog: ['docker', 'CONTAINER'],
  logTail: ['FILE'],
  journalOf: ['UNIT'],
  fileSystems: [['PATH']],
  sysctls: [['NAME']],
  routeTo: ['ADDRESS'],
  flowsTo: ['PORT'],
  sshSettings: ['HOST'],
  sshSupported: ['KIND'],
  knownKeys: ['NAME', 'FILE'],
  ifcfg: ['IF'],
  linkNetworkFile: ['IF'],
  connectionRoutes: ['CONNECTION'],
  present: [['PATHS']],
  containerDetail: ['docker', 'CONTAINER'],
  containerDetails: ['podman', ['CONTAINER']],
  pod: [{ namespace: 'NAMESPACE', name: 'POD', container: null }],
  configText: ['FILE'],
  directoryNames: ['DIRECTORY'],
  unitsNaming: ['WORD'],
  servedAt: ['ADDRESS', 443, 'NAME'],
  certificateFile: ['FILE'],
}

const isQuestion = (value: unknown): value is Question<unknown> =>
  typeof value === 'object' && value !== null && 'sources' in value && 'name' in value

/** A pid is 1 in the samples and PID on the page. */
const show = (argv: readonly string[]): string =>
  argv
    .map((word) => (word.includes('\n') || word.length > 80 ? 'SCRIPT' : word))
    .join(' ')
    .replaceAll('/proc/1/', '/proc/PID/')
    .replace(/ -p 1$/, ' -p PID')
    .replace(/status 1\b/, 'status PID')
    .replace(/^env (?:\w+=\S+ )+/, 'env ENVIRONMENT ')

async function questions(): Promise<Question<unknown>[]> {
  const found: Question<unknown>[] = []
  for (const name of readdirSync(join(root, 'src/facts')).filter((file) => file.endsWith('.ts'))) {
    const module = (await import(join(root, 'src/facts', name))) as Record<string, unknown>
    for (const [key, value] of Object.entries(module)) {
      const sample = SAMPLES[key]
      const made = typeof value === 'function' && sample ? value(...sample) : value
      if (isQuestion(made)) found.push(made)
      else if (typeof value === 'object' && value !== null)
        found.push(...Object.values(value).filter(isQuestion))
      if (typeof value === 'function' && sample?.[0] === 'docker')
        found.push(value('podman', ...sample.slice(1)))
    }
  }
  return found
}

test('every command that a fact is read with is on the page', async () => {
  const commands = (await questions()).flatMap(({ sources }) =>
    sources.map(({ argv }) => show(argv)),
  )
  expect(commands.length).toBeGreaterThan(60)
  const missing = [...new Set(commands)].filter((command) => !page.includes(`\`${command}\``))
  expect(missing).toEqual([])
})

test('every command that a check runs by itself is on the page', () => {
  const files = readdirSync(join(root, 'src/diagnose'), { recursive: true, encoding: 'utf8' })
  const programs = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(root, 'src/diagnose', file), 'utf8').matchAll(
        /(?:\brun\(\[|argv: \[)\s*'([^']+)'/g,
      ),
    ])
    .map(([, program]) => program ?? '')
  expect(programs).toContain('ping')
  for (const program of programs) expect(page, program).toContain(`\`${program}`)
})

test('no program is on the page that could change a host', () => {
  const commands = [...page.matchAll(/^\* `([^`]+)`/gm)].map(([, command]) => command ?? '')
  expect(commands.length).toBeGreaterThan(60)
  for (const command of commands)
    expect(command).not.toMatch(/\b(add|del|delete|set|flush|replace|insert|restart|start|stop)\b/)
})
