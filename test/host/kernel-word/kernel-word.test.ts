import { describe, expect, test } from 'vitest'
import { type Ears, type Host, MACHINE, type Vantage } from '../../../src/diagnose/host.ts'
import { explainSilence, kernelWord } from '../../../src/host/kernel-word/kernel-word.ts'
import { SAYS } from '../../../src/host/kernel-word/script.ts'

/** A far host that lets a script run, which does so. */
function far(name: string, play: (ears: Ears) => void): Host & { readonly stopped: () => number } {
  let stopped = 0
  const vantage: Vantage = {
    kind: 'program',
    run: (_script, ears) => {
      play(ears)
      return {
        stop: async () => {
          stopped++
          ears.onEnd()
        },
      }
    },
  }
  return {
    name,
    role: 'server',
    access: `ssh://${name}`,
    limits: MACHINE,
    run: () => Promise.reject(new Error('no command')),
    vantage: async () => vantage,
    close: async () => {},
    stopped: () => stopped,
  }
}

const LINE =
  '    bash-1   [000] ..s1.     7.000001: kfree_skb: skbaddr=1 rx_sk=0 protocol=2048 location=nft_do_chain+0x1a/0x500 reason: NETFILTER_DROP\n'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the kernel of a far host', () => {
  test('tells what comes in pieces, and is told to stop', async () => {
    const host = far('www', ({ onBytes, onWords }) => {
      onWords(`${SAYS.noResets}\n${SAYS.ready}\n`)
      onBytes(bytes(LINE + LINE.slice(0, 50)))
      onBytes(bytes(LINE.slice(50)))
      onBytes(bytes('CPU:0 [LOST 5 EVENTS]\n'))
    })
    const [one] = await (await kernelWord([host]).listen()).stop()
    expect(one).toMatchObject({
      hosts: [{ name: 'www', role: 'server' }],
      drops: [{ reason: 'NETFILTER_DROP' }, { reason: 'NETFILTER_DROP' }],
      resets: null,
      lost: 5,
    })
    expect(host.stopped()).toBe(1)
  })

  test('that may not be asked is mute, and nothing is left running there', async () => {
    const host = far('www', ({ onWords, onEnd }) => {
      onWords(`${SAYS.denied}\n`)
      onEnd()
    })
    const [one] = await (await kernelWord([host]).listen()).stop()
    expect(one).toMatchObject({ because: 'an instance of tracefs may not be made' })
    expect(host.stopped()).toBe(1)
  })

  test('that floods us is cut, and the rest counted', async () => {
    const host = far('www', ({ onBytes, onWords }) => {
      onWords(`${SAYS.ready}\n`)
      onBytes(bytes(LINE.repeat(20_001)))
      onBytes(bytes('x'.repeat(1 << 20)))
    })
    const [one] = await (await kernelWord([host]).listen()).stop()
    expect(one).toMatchObject({ lost: 1 })
  })

  test('cannot be asked where nothing runs on', async () => {
    const { vantage: _, ...host } = far('www', () => {})
    const [one] = await (await kernelWord([host]).listen()).stop()
    expect(one).toMatchObject({ because: 'its kernel cannot be asked from here' })
  })
})

describe('the reason of a silence', () => {
  test('is said with what it takes', () => {
    expect(explainSilence(`${SAYS.noTracefs}\n`).needs).toMatch(/root/)
    expect(explainSilence(`${SAYS.noReasons}\n`)).toEqual({
      because: 'it does not tell why it drops packets (Linux does from 5.17 on)',
      needs: null,
    })
    expect(explainSilence(`${SAYS.untold}\n`).because).toMatch(/provoked/)
    expect(explainSilence('unshare: unshare failed: Operation not permitted\n').needs).toMatch(
      /root/,
    )
  })

  test('is its last words where it is another, without what a terminal would obey', () => {
    expect(explainSilence('sh: \x1b[31mbad\n').because).not.toContain('\x1b')
    expect(explainSilence('').because).toBe('it did not tell anything in time')
  })
})
