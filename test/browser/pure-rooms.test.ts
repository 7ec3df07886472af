/** The pure rooms in a browser: all of them load in headless Chromium, and a capture tells there what it tells here. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { captureBytes, dataDirectory } from '../capture/walk.ts'
import { readThere } from './read-there.ts'

const ROOMS = [
  'base',
  'wire',
  'capture',
  'filter',
  'flow',
  'dialog',
  'facts',
  'policy',
  'diagnose',
  'report',
]
const src = join(import.meta.dirname, '..', '..', 'src')

const sources: readonly string[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && ROOMS.includes(path.split('/')[0] ?? ''))
  .toSorted()

/** One script that loads each file of the pure rooms, and leaves `readThere` and their names behind. */
async function bundle(folder: string): Promise<string> {
  const entry = join(folder, 'entry.ts')
  const loads = sources.map((path, index) => `import * as room${index} from '${join(src, path)}'`)
  const kept = sources.map(
    (path, index) => `${JSON.stringify(path)}: Object.keys(room${index}).length`,
  )
  writeFileSync(
    entry,
    `${loads.join('\n')}
import { readThere } from '${join(import.meta.dirname, 'read-there.ts')}'
Object.assign(globalThis, { readThere, exported: { ${kept.join(', ')} } })`,
  )
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
    nodePaths: [join(src, '..', 'node_modules')],
  })
  return outputFiles[0]?.text ?? ''
}

let browser: Browser
let page: Page
const errors: string[] = []

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-browser-'))
  try {
    const script = await bundle(folder)
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    })
    page = await browser.newPage()
    page.on('pageerror', (error) => errors.push(error.message))
    await page.setContent('<!doctype html><title>rungs</title>')
    await page.addScriptTag({ content: script })
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 120_000)
afterAll(() => browser?.close())

test('every file of the pure rooms loads in a browser', async () => {
  const exported: Record<string, number> = JSON.parse(
    await page.evaluate('JSON.stringify(globalThis.exported)'),
  )
  expect(Object.keys(exported).toSorted()).toEqual(sources)
  expect(errors).toEqual([])
})

test.for([
  'closed-http.pcap',
  'tls.pcap',
  'loss-forward.pcap',
  'rejected-ipv6.pcap',
  'pcapng.pcapng',
  'wrapped-vxlan.pcap',
])('%s tells in a browser what it tells in Node', async (name) => {
  const bytes = new Uint8Array(captureBytes(join(dataDirectory, name)))
  const here = readThere(bytes)
  const there: string[] = JSON.parse(
    await page.evaluate(
      `JSON.stringify(readThere(Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (letter) => letter.charCodeAt(0))))`,
    ),
  )
  expect(there).toEqual(here)
  expect(here.length).toBeGreaterThan(10)
})
