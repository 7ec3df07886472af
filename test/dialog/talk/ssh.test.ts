import { describe, expect, test } from 'vitest'
import { readKexinit, writeSshPacket } from '../../../src/dialog/ssh.ts'
import { talkSsh } from '../../../src/dialog/talk/ssh.ts'
import { joinBytes, latin1, viewOf } from '../../../src/wire/bytes.ts'
import { bytes, play } from '../playbook.ts'
import { recordedBytes } from '../recorded.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const talk = () => talkSsh({ software: 'rungs_0.1.0', farewell: 'token' })
const BANNER = 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n'
/** The identification and the first packet of a real OpenSSH 9.2. */
const recorded = recordedBytes('ssh')

/** A host key of the type ssh-ed25519, and the server's half of an exchange that shows it. */
const key = bytes(`\0\0\0\x0bssh-ed25519\0\0\0\x20${'k'.repeat(32)}`)
const reply = writeSshPacket(
  joinBytes(bytes('\x1f\0\0\0\x33'), key, bytes('\0\0\0\x01f\0\0\0\x01s')),
)

describe('an SSH server', () => {
  test('is told who comes, says its algorithms, and is left with a word for its log', () => {
    const { told, said } = play(talk(), [recorded])
    expect(told?.line).toMatch(/^SSH-2\.0-OpenSSH_9\.2p1/)
    expect(told?.algorithms?.keyExchange).toContain('curve25519-sha256')
    expect(said[0]).toBe('SSH-2.0-rungs_0.1.0\r\n')
    expect(said.at(-1)).toContain('token')
  })

  test('shows its host key in answer to half a key exchange, by its own algorithms', () => {
    const { told, said } = play(talk(), [recorded, latin1(reply)])
    expect(told?.hostKey).toEqual({ type: 'ssh-ed25519', blob: key })
    const offer = bytes(said[1] ?? '')
    const kexinit = readKexinit(viewOf(offer), 0, offer.length)
    expect(kexinit).toMatchObject({
      keyExchange: ['curve25519-sha256'],
      hostKey: ['ssh-ed25519'],
      encryptionToServer: told?.algorithms?.encryptionToServer,
    })
  })

  test('may send other messages before its key, but not for ever', () => {
    const debug = latin1(writeSshPacket(Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    const after = (times: number) => play(talk(), [recorded, debug.repeat(times) + latin1(reply)])
    expect(after(3).told?.hostKey?.type).toBe('ssh-ed25519')
    expect(after(20).told?.hostKey).toBeUndefined()
    expect(after(20).told?.reception).toBe('served')
  })

  test('that hangs before its algorithms, as on a path that loses large packets, told nothing', () => {
    expect(play(talk(), [BANNER, null]).told).toBeNull()
  })

  test('may begin otherwise than with its algorithms', () => {
    expect(
      play(talk(), [BANNER, '\0\0\0\u000c\u0004\u0063aaaaaaaaaa']).told?.algorithms,
    ).toBeUndefined()
  })

  test('may say other lines before (RFC 4253 §4.2)', () => {
    expect(play(talk(), ['Authorised use only\r\n', recorded]).told?.line).toBe(BANNER.trim())
  })

  test('that takes no more connections says so before it is one', () => {
    for (const words of ['Not allowed at this time\r\n', 'Exceeded MaxStartups\r\n'])
      expect(play(talk(), [words, null]).told).toMatchObject({ reception: 'limited' })
  })

  test('is none that answers as the web does, or for ever', () => {
    expect(play(talk(), ['HTTP/1.1 400 Bad Request\r\n']).told).toBeNull()
    expect(play(talk(), ['x'.repeat(600)]).told).toBeNull()
  })

  test('sends packets that are no longer than is usual', () => {
    const { acts } = play(talk(), [BANNER, '\x7f\xff\xff\xff\x04', 'x'])
    expect(acts.filter((act) => act.do === 'hear')).toHaveLength(2)
  })
})

test('any bytes end the conversation', () =>
  endsOnAnyBytes(talk, [latin1(recorded), reply, BANNER]))
