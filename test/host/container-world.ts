/**
 * A private world with the engines of Debian's packages, for tests of real containers: podman with a
 * store of its own, and dockerd. Its images are made of this machine's busybox. With the world's
 * first process everything ends that runs in it, and its store was never on a disk.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { inLastingWorld } from '../../src/lab/world.ts'
import { bundle } from './script.ts'

export type World = {
  /** A directory of this test that the world sees as well. */
  readonly directory: string
  /** Runs a command in the world, and gives what it prints; throws where it fails. */
  readonly run: (...argv: readonly string[]) => string
  /** Runs a command in the world that is expected to fail, or to be looked at as a whole. */
  readonly try: (...argv: readonly string[]) => { stdout: string; stderr: string; code: number }
  /** Runs `rungs` in the world, and gives the object that it prints as JSON. */
  readonly check: <T>(...words: readonly string[]) => T
  readonly close: () => void
}

/**
 * podman's store and settings; containers.conf(5), storage.conf(5). Without control groups of its
 * own it needs none to be writable, and its events are kept without a journal.
 */
const SETTINGS = (directory: string): Readonly<Record<string, string>> => ({
  'storage.conf': `[storage]
driver = "vfs"
graphroot = "${directory}/store"
runroot = "${directory}/run"
`,
  'containers.conf': `[containers]
cgroups = "disabled"
[network]
network_backend = "cni"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
})

/** The tools of busybox that the image `tools` has; the image `bare` has its web server alone. */
const TOOLS = ['sh', 'httpd', 'cat', 'ls', 'sleep', 'ps', 'timeout', 'true', 'kill']

/** Copies a program with its libraries below a new root. */
function copyProgram(program: string, root: string, to: string): void {
  for (const directory of ['bin', 'etc', 'proc', 'sys', 'tmp', 'dev', 'run', 'www'])
    mkdirSync(join(root, directory), { recursive: true })
  copyFileSync(program, join(root, to))
  const libraries = spawnSync('ldd', [program], { encoding: 'utf8' }).stdout
  for (const [library] of libraries.matchAll(/\/lib\S+/g)) {
    mkdirSync(dirname(join(root, library)), { recursive: true })
    copyFileSync(library, join(root, library))
  }
  writeFileSync(join(root, 'www/index.html'), 'well\n')
}

/** Writes the archives of both images. */
function writeImages(directory: string): void {
  const busybox = spawnSync('which', ['busybox'], { encoding: 'utf8' }).stdout.trim()
  const [tools, bare] = ['tools', 'bare'].map((name) => join(directory, name))
  copyProgram(busybox, tools ?? '', 'bin/busybox')
  for (const tool of TOOLS) symlinkSync('busybox', join(tools ?? '', 'bin', tool))
  copyProgram(busybox, bare ?? '', 'httpd')
  for (const root of [tools, bare])
    execFileSync('tar', ['-C', root ?? '', '-cf', `${root}.tar`, '.'])
}

/**
 * crun knows no mixture of both versions of control groups: version 2 alone is mounted here, and of
 * it only a group of this world's own; cgroup_namespaces(7).
 */
const PREPARE = (group: string, more: string): string => `
mount -t tmpfs rungs "$1/data" &&
umount -R /sys/fs/cgroup && mount -t cgroup2 rungs /sys/fs/cgroup &&
mkdir /sys/fs/cgroup/${group} && echo $$ >/sys/fs/cgroup/${group}/cgroup.procs || exit 2
exec unshare --cgroup sh -c '
umount /sys/fs/cgroup && mount -t cgroup2 rungs /sys/fs/cgroup || exit 2
${more}' sh "$1"
`

/** Removes the control groups that a world leaves behind, once nothing runs in them. */
const REMOVE = (group: string): string => `
mount -t cgroup2 rungs /mnt && cd /mnt || exit 2
for try in 1 2 3 4 5 6 7 8 9 10; do
  find ${group} -depth -type d -exec rmdir {} + 2>/dev/null && exit 0
  sleep 0.1
done
exit 1
`

/** Waits for what a lasting world says: its first process, and that it is ready. */
function firstProcess(child: ChildProcess): Promise<number> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  return new Promise((resolve, reject) => {
    let pid = 0
    lines.on('line', (line) => {
      if (line === 'ready') resolve(pid)
      else pid = Number(line)
    })
    lines.on('close', () => reject(new Error('the world did not come up')))
  })
}

/** Opens a world; `more` is what else is done to prepare it, a script that is given the directory. */
export async function openWorld(more = ''): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'rungs-world-'))
  const group = basename(directory)
  mkdirSync(join(directory, 'data'))
  writeImages(directory)
  for (const [name, text] of Object.entries(SETTINGS(join(directory, 'data'))))
    writeFileSync(join(directory, name), text)
  const script = bundle(directory, 'rungs', "import './cli/main.ts'")
  const [program = '', ...words] = inLastingWorld(true, [
    ...['sh', '-c', PREPARE(group, more), 'sh', directory],
  ])
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = await firstProcess(child)
  const env = {
    ...process.env,
    CONTAINERS_STORAGE_CONF: join(directory, 'storage.conf'),
    CONTAINERS_CONF: join(directory, 'containers.conf'),
  }
  const attempt = (...argv: readonly string[]) => {
    const inside = ['--target', String(pid), '--net', '--mount', '--pid', '--', ...argv]
    const { stdout, stderr, status } = spawnSync('nsenter', inside, { encoding: 'utf8', env })
    return { stdout, stderr, code: status ?? -1 }
  }
  const run = (...argv: readonly string[]): string => {
    const { stdout, stderr, code } = attempt(...argv)
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${code} ${stderr}`)
    return stdout
  }
  return {
    directory,
    run,
    try: attempt,
    check: (...more) =>
      JSON.parse(attempt(process.execPath, script, 'check', ...more, '--json').stdout),
    close: () => {
      process.kill(pid, 'SIGKILL')
      child.kill('SIGKILL')
      execFileSync('unshare', ['--mount', 'sh', '-c', REMOVE(group)])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
