import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ip, removeNamespaces, uniqueName } from '../namespace.ts'
import { bundle } from '../script.ts'

const name = uniqueName('l')
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-lookup-'))
  ip(`netns add ${name}`)
  ip(`-n ${name} link add v0 type veth peer name v1`)
  for (const link of ['lo', 'v0', 'v1']) ip(`-n ${name} link set ${link} up`)
  ip(`-n ${name} addr add 192.0.2.1/24 dev v0`)
  ip(`-n ${name} neigh add 192.0.2.53 lladdr 02:00:00:00:00:01 dev v0`)
  mkdirSync(`/etc/netns/${name}`, { recursive: true })
  writeFileSync(`/etc/netns/${name}/resolv.conf`, 'nameserver 192.0.2.53\n')
})
afterAll(() => {
  rmSync(directory, { recursive: true })
  rmSync(`/etc/netns/${name}`, { recursive: true })
  removeNamespaces(name)
})

test('a resolver that never answers holds up neither the answer nor the end', async () => {
  const script = bundle(
    directory,
    'lookup',
    `import { probeLookup } from './host/probe/lookup.ts'
     const { errno, tookMs } = await probeLookup('www.example.org', 300)
     console.log(errno, tookMs < 600)
     process.exit(3)`,
  )
  const began = performance.now()
  const node = spawn('ip', ['netns', 'exec', name, process.execPath, script])
  let said = ''
  node.stdout.on('data', (part) => {
    said += part
  })
  const code = await new Promise((resolve) => node.on('close', resolve))
  expect([said, code]).toEqual(['timeout true\n', 3])
  expect(performance.now() - began).toBeLessThan(3000)
})
