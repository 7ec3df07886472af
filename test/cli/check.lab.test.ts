import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { inNewWorld } from '../../src/lab/world.ts'
import { tell } from '../lab/bundle.ts'

const root = join(import.meta.dirname, '../..')
let directory: string
const program = (): string => `${process.execPath} ${join(directory, 'rungs.mjs')}`

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-check-'))
  buildSync({
    entryPoints: [join(root, 'src/cli/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    outfile: join(directory, 'rungs.mjs'),
    logLevel: 'warning',
  })
  cpSync(join(root, 'lab'), join(directory, 'lab'), { recursive: true })
  cpSync(join(root, 'package.json'), join(directory, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Runs a script in a world of its own in which the lab is up and broken by `fault`; `check WORDS` checks its server. */
function inLab(fault: string, script: string): string {
  const lab = `${program()} lab`
  const whole = `
PATH=$PATH:/usr/sbin:/sbin
${lab} up >/dev/null || exit 9
${lab} break ${fault} >/dev/null || exit 8
check() { ip netns exec rungs-client ${program()} check https://www.lab.example --server netns://rungs-server "$@"; }
cd ${directory}
${script}
`
  const { code, stdout, stderr } = tell(inNewWorld(true, ['sh', '-c', whole]))
  if (code === 8 || code === 9) throw new Error(stderr)
  return stdout
}

test('a loss on the way back is proven by both ends, shown, and kept with what was found', () => {
  const file = join(directory, 'kept.pcapng')
  const said = inLab('path-drop-replies', `check --json --capture-file ${file}`)
  const { verdict, findings } = JSON.parse(said) as Diagnosis
  expect(verdict).toMatchObject({ cause: 'firewall.path-drop', side: 'path', confidence: 'proven' })
  const wire = findings.find(({ id }) => id === 'transport.wire')
  expect(wire?.summary).toMatch(/^the server answered, and it did not arrive at the client/)
  expect(wire?.evidence.map(({ host }) => host)).toEqual(['client', 'server'])
  expect(wire?.evidence[1]?.lines.join('\n')).toMatch(/Out IP6? .*Flags \[S\.\]/)
  const fields = ['frame.interface_name', 'frame.comment'].flatMap((field) => ['-e', field])
  const lines = tell(['tshark', '-r', file, '-T', 'fields', ...fields]).stdout.split('\n')
  expect(new Set(lines.filter(Boolean).map((line) => line.split('\t')[0]))).toEqual(
    new Set(['client', 'server']),
  )
  expect(lines.join('\n')).toContain('did not arrive at the client')
})

test('without captures the same is only likely', () => {
  const { verdict } = JSON.parse(
    inLab('path-drop-replies', 'check --json --no-capture'),
  ) as Diagnosis
  expect(verdict.confidence).toBe('likely')
})

test('a check that is interrupted leaves no process and no packet socket', () => {
  const left = inLab(
    'path-drop',
    `check --short >/dev/null 2>&1 & pid=$!
sleep 2
echo "during: $(ip netns exec rungs-server sh -c 'ss -0 -H | wc -l')"
kill -INT $(ip netns pids rungs-client)
wait $pid
sleep 0.3
echo "sockets: $(ip netns exec rungs-server ss -0 -H | wc -l)"
ip netns pids rungs-client
ps -e -o args= | grep '^[t]cpdump'
true`,
  )
  expect(left).toBe('during: 1\nsockets: 0\n')
})

test('packets of anybody during the check change nothing', () => {
  const storm = `
import os, random, socket
random.seed(7)
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
raw.bind(("eth0", 0))
for round in range(4000):
    kind = random.choice([b"\\x08\\x00", b"\\x86\\xdd", b"\\x08\\x06"])
    body = bytearray(os.urandom(random.randrange(0, 120)))
    if kind == b"\\x08\\x00" and len(body) > 24:
        body[0] = 0x45; body[9] = random.choice([1, 6, 17])
        body[12:16] = bytes([203, 0, 113, 80]); body[16:20] = bytes([192, 0, 2, 10])
    try: raw.send(b"\\xff" * 6 + b"\\x02" * 6 + kind + bytes(body))
    except OSError: pass
`
  const said = inLab(
    'path-drop-replies',
    `cat > storm.py <<'END'
${storm}
END
(for i in 1 2 3 4 5 6 7 8; do ip netns exec rungs-r1 python3 storm.py; done) & storm=$!
check --json
wait $storm`,
  )
  const { verdict } = JSON.parse(said) as Diagnosis
  expect(verdict).toMatchObject({ state: 'unreachable', cause: 'firewall.path-drop' })
})
