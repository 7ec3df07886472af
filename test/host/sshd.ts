/** A real sshd on loopback with keys of its own, and the client's configuration to reach it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A port of loopback that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

export type Sshd = {
  /** Starts one more daemon with these settings, and gives its port. */
  readonly start: (...settings: readonly string[]) => Promise<number>
  /** Options of ssh with which it is reached. */
  readonly arguments: readonly string[]
  /** Ends what was started. */
  readonly stop: () => void
}

/** Makes keys in `directory`: of the host, of a user who is let in, of a stranger. */
export function prepareSshd(directory: string): Sshd {
  const daemons: ChildProcess[] = []
  for (const key of ['host', 'user', 'stranger'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, key)])
  writeFileSync(
    join(directory, 'config'),
    `IdentityFile ${join(directory, 'user')}
IdentitiesOnly yes
StrictHostKeyChecking accept-new
UserKnownHostsFile ${join(directory, 'known_hosts')}
`,
  )
  const made = !existsSync('/run/sshd')
  mkdirSync('/run/sshd', { recursive: true })

  const start = async (...settings: readonly string[]): Promise<number> => {
    const port = await freePort()
    const own = [
      `Port=${port}`,
      'ListenAddress=127.0.0.1',
      `HostKey=${join(directory, 'host')}`,
      `AuthorizedKeysFile=${join(directory, 'user.pub')}`,
      'PermitRootLogin=prohibit-password',
      'PasswordAuthentication=no',
      'UsePAM=no',
      'StrictModes=no',
      'PidFile=none',
      ...settings,
    ]
    const sshd = spawn('/usr/sbin/sshd', [
      ...['-D', '-e', '-f', '/dev/null'],
      ...own.flatMap((setting) => ['-o', setting]),
    ])
    daemons.push(sshd)
    await new Promise<void>((resolve, reject) => {
      sshd.on('exit', (code) => reject(new Error(`sshd ended with ${code}`)))
      sshd.stderr.on('data', (text) => String(text).includes('Server listening') && resolve())
    })
    return port
  }

  return {
    start,
    arguments: ['-F', join(directory, 'config')],
    stop: () => {
      for (const daemon of daemons) daemon.kill()
      if (made) rmSync('/run/sshd', { recursive: true, force: true })
    },
  }
}
