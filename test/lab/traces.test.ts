import { expect, test, vi } from 'vitest'
import { apart, compareLooks, type Look, untilStill } from '../../src/lab/traces.ts'

const look = (lines: Readonly<Record<string, readonly string[]>>): Look =>
  new Map(Object.entries(lines))

test('what is there before and after is no trace, in whatever order', () => {
  const before = look({ 'client routes': ['default via 192.0.2.1', '192.0.2.0/26'] })
  const after = look({ 'client routes': ['192.0.2.0/26', 'default via 192.0.2.1'] })
  expect(compareLooks(before, after)).toEqual([])
})

test('what came, what went and what changed is told with its place', () => {
  const before = look({ 'client routes': ['a'], 'server settings': ['rp_filter:0'] })
  const after = look({ 'client routes': ['a', 'b'], 'server settings': ['rp_filter:1'] })
  expect(compareLooks(before, after)).toEqual([
    'client routes: + b',
    'server settings: - rp_filter:0',
    'server settings: + rp_filter:1',
  ])
})

test('a node that can no longer be looked at is a difference', () => {
  expect(compareLooks(look({ 'client routes': ['a'] }), look({}))).toEqual(['client routes: - a'])
})

test('no more differences of a kind are told than a person reads', () => {
  const lines = Array.from({ length: 99 }, (_, number) => `file ${number}`)
  expect(compareLooks(look({}), look({ 'machine files': lines })).length).toBe(8)
})

test('a command runs apart with its words as they are', () => {
  expect(apart(['echo', "it's $HOME"]).slice(-2)).toEqual(['echo', "it's $HOME"])
})

test('a machine is still once two looks in a row agree, and is not waited for without end', async () => {
  const of = (...states: readonly string[]) => {
    let looks = 0
    const next = async (): Promise<Look> => {
      const state = states[Math.min(looks, states.length - 1)] ?? ''
      looks++
      return look({ processes: [state === 'more' ? `${looks}` : state] })
    }
    return { next, looks: () => looks }
  }
  vi.useFakeTimers()
  try {
    for (const [states, looked] of [
      [['master'], 2],
      [['starting', 'master', 'master, worker'], 4],
      [['more'], 21],
    ] as const) {
      const machine = of(...states)
      const waiting = untilStill(machine.next)
      await vi.runAllTimersAsync()
      await waiting
      expect(machine.looks()).toBe(looked)
    }
  } finally {
    vi.useRealTimers()
  }
})
