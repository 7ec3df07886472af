import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { algorithms, hostKey } from '../../../src/diagnose/rung/ssh.ts'
import { type SshKexinit, writeKexinit, writeSshPacket } from '../../../src/dialog/ssh.ts'
import { joinBytes, latin1 } from '../../../src/wire/bytes.ts'
import { bytes } from '../../dialog/playbook.ts'
import type { Outputs } from '../scene.ts'
import { ask, only } from './ask.ts'

/** What `ssh -G` of OpenSSH 9.2 prints. */
const SETTINGS = readFileSync(join(import.meta.dirname, '../../facts/data/ssh-G.txt'), 'utf8')

const TODAY: SshKexinit = {
  keyExchange: ['curve25519-sha256'],
  hostKey: ['ssh-ed25519'],
  encryptionToServer: ['chacha20-poly1305@openssh.com'],
  encryptionToClient: ['chacha20-poly1305@openssh.com'],
  macToServer: ['hmac-sha2-256'],
  macToClient: ['hmac-sha2-256'],
  compressionToServer: ['none'],
  compressionToClient: ['none'],
}

const keyOf = (letter: string, type = 'ssh-ed25519'): Uint8Array =>
  bytes(`\0\0\0${String.fromCharCode(type.length)}${type}\0\0\0\x20${letter.repeat(32)}`)
const inBase64 = (blob: Uint8Array): string => Buffer.from(blob).toString('base64')

/** A server that offers this and shows this key. */
const server = (offer: Partial<SshKexinit> = {}, key = keyOf('k')): string =>
  `SSH-2.0-OpenSSH_9.2p1\r\n${latin1(
    joinBytes(
      writeKexinit({ ...TODAY, ...offer }, new Uint8Array(16)),
      writeSshPacket(joinBytes(Uint8Array.of(31, 0, 0, 0, key.length), key)),
    ),
  )}`

const USER = '/root/.ssh/known_hosts'
const FILES = [
  ...[USER, '/root/.ssh/known_hosts2'],
  ...['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
]
const NONE = { stdout: '', stderr: '', code: 1 }

/** A client whose user knows these keys of the host. */
const client = (known = '', name = '10.77.2.2'): Outputs => ({
  'ssh -G 10.77.2.2': SETTINGS,
  'ssh -Q kex': 'diffie-hellman-group1-sha1\ncurve25519-sha256\n',
  ...Object.fromEntries(FILES.map((file) => [`ssh-keygen -F ${name} -f ${file}`, NONE])),
  ...(known && { [`ssh-keygen -F ${name} -f ${USER}`]: known }),
})

const entry = (key: Uint8Array, marker = ''): string =>
  `# Host 10.77.2.2 found: line 3 ${marker.toUpperCase()}\n${marker && `@${marker} `}10.77.2.2 ${latin1(key.subarray(4, 15))} ${inBase64(key)}\n`

const scene = (said: string, outputs: Outputs = client()) => ({
  target: 'ssh://10.77.2.2',
  client: outputs,
  probes: { exchange: { '10.77.2.2': said } },
})

describe('the algorithms', () => {
  test('that both have are named', async () => {
    expect(await ask(algorithms, scene(server()))).toMatchObject({
      status: 'pass',
      summary: 'curve25519-sha256, ssh-ed25519, chacha20-poly1305@openssh.com',
    })
  })

  test('of an old server are not offered any more, and the option that allows one is printed', async () => {
    const old = server({ keyExchange: ['diffie-hellman-group1-sha1'] })
    const accusation = only(await ask(algorithms, scene(old)))
    expect(accusation).toMatchObject({
      cause: 'ssh.key-exchange',
      side: 'server',
      weight: 'proven',
      blocks: true,
    })
    expect(accusation.remedies).toMatchObject([
      {
        command: 'ssh -o KexAlgorithms=+diffie-hellman-group1-sha1 10.77.2.2',
        risk: expect.stringContaining('weak'),
      },
    ])
  })

  test('of a client that narrows itself are its own fault', async () => {
    const narrow = SETTINGS.replace(/^ciphers .*/m, 'ciphers 3des-cbc')
    const outputs = { ...client(), 'ssh -G 10.77.2.2': narrow }
    expect(only(await ask(algorithms, scene(server(), outputs)))).toMatchObject({
      side: 'client',
      because: expect.stringContaining('Ciphers'),
    })
  })

  test('need no MAC where the cipher has its own', async () => {
    const noMac = server({ macToServer: ['hmac-md5'], macToClient: ['hmac-md5'] })
    expect(await ask(algorithms, scene(noMac))).toMatchObject({ status: 'pass' })
    const ctr = { encryptionToServer: ['aes128-ctr'], encryptionToClient: ['aes128-ctr'] }
    const md5 = server({ ...ctr, macToServer: ['hmac-md5'] })
    expect(only(await ask(algorithms, scene(md5))).because).toContain('MACs')
  })

  test('are not known without ssh, and not asked for of anything else', async () => {
    expect(await ask(algorithms, scene(server(), {}))).toMatchObject({
      status: 'unknown',
      unknown: { needs: expect.stringContaining('openssh-client') },
    })
    expect(await ask(algorithms, { target: 'http://10.77.2.2' })).toMatchObject({ status: 'skip' })
    expect(await ask(algorithms, scene('HTTP/1.1 400 x\r\n\r\n'))).toMatchObject({ status: 'skip' })
  })
})

describe('the host key', () => {
  test('that is known passes', async () => {
    expect(await ask(hostKey, scene(server(), client(entry(keyOf('k')))))).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('as this client knows it'),
    })
  })

  test('of a stranger is new', async () => {
    const ruling = await ask(hostKey, scene(server()))
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('new') })
  })

  test('that has changed blocks, and is to be verified before it is forgotten', async () => {
    const { accuses = [] } = await ask(hostKey, scene(server(), client(entry(keyOf('o')))))
    expect(accuses[0]).toMatchObject({
      cause: 'ssh.key-exchange',
      side: 'client',
      weight: 'proven',
      blocks: true,
      remedies: [
        {
          command: `ssh-keygen -R 10.77.2.2 -f ${USER}`,
          undo: `mv ${USER}.old ${USER}`,
          risk: expect.stringMatching(/fingerprint/),
        },
      ],
    })
    expect(accuses[1]).toMatchObject({ cause: 'firewall.redirect', weight: 'possible' })
  })

  const own = (key: Uint8Array) => ({
    ...scene(server(), client(entry(keyOf('o')))),
    server: {
      'cat /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ecdsa_key.pub /etc/ssh/ssh_host_rsa_key.pub': `ssh-ed25519 ${inBase64(key)} root@h\n`,
    },
  })

  test('that has changed and is the server’s own is no danger', async () => {
    const ruling = await ask(hostKey, own(keyOf('k')))
    expect(only(ruling).remedies?.[0]?.risk).toMatch(/^none/)
  })

  test('that has changed and is not the server’s own may be somebody else’s', async () => {
    const { accuses = [] } = await ask(hostKey, own(keyOf('s')))
    expect(accuses.map(({ cause, weight }) => `${cause} ${weight}`)).toEqual([
      'ssh.key-exchange likely',
      'firewall.redirect possible',
    ])
  })

  test('that is revoked blocks', async () => {
    const revoked = client(entry(keyOf('k'), 'revoked'))
    const { accuses = [] } = await ask(hostKey, scene(server(), revoked))
    expect(accuses[0]?.because).toContain('revoked')
  })

  test('of another type than the known one is asked for again', async () => {
    const rsa = keyOf('r', 'ssh-ed25518')
    const known = entry(keyOf('k')).replace('10.77.2.2 ssh-ed25519', '10.77.2.2 ssh-rsa')
    const ruling = await ask(hostKey, scene(server({}, rsa), client(known)))
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('new') })
  })

  test('is looked for by the port where it is not the usual one', async () => {
    const name = '[10.77.2.2]:2222'
    const said = { exchange: { '10.77.2.2': server() } }
    const outputs = client(entry(keyOf('o')), name)
    const ruling = await ask(hostKey, {
      target: 'ssh://10.77.2.2:2222',
      client: outputs,
      probes: said,
    })
    expect(ruling.accuses?.[0]?.remedies?.[0]?.command).toBe(
      `ssh-keygen -R '[10.77.2.2]:2222' -f ${USER}`,
    )
  })
})
