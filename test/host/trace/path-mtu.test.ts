import { expect, test } from 'vitest'
import { hopsOf } from '../../../src/diagnose/trace/hop.ts'
import { arrival, type Reply } from '../../../src/diagnose/trace/reply.ts'
import { askPathMtu } from '../../../src/host/trace/path-mtu.ts'
import { replyFrom, rounds } from '../../diagnose/trace/attempts.ts'
import { fakePath } from './fake-path.ts'

const HOPS = hopsOf(rounds([['10.9.1.2'], ['10.9.2.2'], [null], ['10.9.4.2'], ['10.9.10.2']]))
const { signal } = new AbortController()

/** Links by the hop that they are behind: what they take, and whether the router before says so. */
type Link = { readonly behind: number; readonly mtu: number; readonly tells: boolean }

const through =
  (links: readonly Link[]) =>
  (hops: number, bytes: number): Reply | null => {
    const stop = links.find(({ behind, mtu }) => behind < hops && bytes > mtu)
    if (stop)
      return stop.tells
        ? replyFrom(`10.9.${stop.behind}.2`, 'too-big', { mtuBytes: stop.mtu })
        : null
    if (hops === 3) return null
    return hops >= 5 ? arrival('10.9.10.2', 60) : replyFrom(`10.9.${hops}.2`)
  }

const ask = (links: readonly Link[]) => askPathMtu(fakePath(through(links)).socket, HOPS, 5, signal)

test('a path that takes all is as wide as its first link', async () => {
  expect(await ask([])).toEqual({ firstBytes: 1500, pathBytes: 1500, steps: [] })
})

test('every link that narrows is found, in order', async () => {
  const links = [
    { behind: 1, mtu: 1492, tells: true },
    { behind: 4, mtu: 1400, tells: true },
  ]
  expect(await ask(links)).toEqual({
    firstBytes: 1500,
    pathBytes: 1400,
    steps: [
      { afterHop: 1, mtuBytes: 1492, saidBy: '10.9.1.2' },
      { afterHop: 4, mtuBytes: 1400, saidBy: '10.9.4.2' },
    ],
  })
})

test.each([1499, 1433, 1200, 576, 68])(
  'where packets larger than %i vanish is found to the byte',
  async (mtu) => {
    const found = await ask([{ behind: 2, mtu, tells: false }])
    expect(found).toEqual({
      firstBytes: 1500,
      pathBytes: mtu,
      steps: [{ afterHop: 2, mtuBytes: mtu, saidBy: null }],
    })
  },
)

test('a lost reply is asked for once more', async () => {
  const answer = through([])
  const path = fakePath((hops, bytes, count) => (count % 2 === 1 ? null : answer(hops, bytes)))
  expect((await askPathMtu(path.socket, HOPS, 5, signal)).steps).toEqual([])
})

test('without the size of the first link nothing is asked', async () => {
  const path = fakePath(through([]), { firstMtu: null })
  expect(await askPathMtu(path.socket, HOPS, 5, signal)).toMatchObject({ pathBytes: null })
  expect(path.sent).toEqual([])
})

test('what is stopped before its end claims nothing', async () => {
  const controller = new AbortController()
  controller.abort()
  const path = fakePath(through([{ behind: 2, mtu: 1400, tells: true }]))
  expect(await askPathMtu(path.socket, HOPS, 5, controller.signal)).toEqual({
    firstBytes: 1500,
    pathBytes: null,
    steps: [],
  })
})
