import { describe, expect, test } from 'vitest'
import { LADDER } from '../../src/diagnose/ladder.ts'

/** The rungs of the catalogue, and the words that a check's id may begin with. */
const RUNG =
  /^(physical|link|network|address|route|nat|name|mtu|transport|firewall|listener|session|tls|application|process|service)\.[a-z-]+$/

describe('the ladder', () => {
  test('has each check once, under an id of its rung and its question', () => {
    const ids = LADDER.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(RUNG)
  })

  test('asks a question of each, and of somebody', () => {
    for (const { id, question, on } of LADDER) {
      expect(question, id).toMatch(/^[A-Z][^\n]{10,100}\?$/)
      expect(on.length, id).toBeGreaterThan(0)
      expect(new Set(on).size, id).toBe(on.length)
    }
  })

  test('asks no question twice', () => {
    expect(new Set(LADDER.map(({ question }) => question)).size).toBe(LADDER.length)
  })

  test('goes up: a rung is begun only after all that are lower, sessions and firewalls aside', () => {
    const aside = (id: string): boolean => /^(session|transport|firewall|listener)\./.test(id)
    const layers = LADDER.filter(({ id }) => !aside(id)).map(({ layer }) => layer)
    expect(layers).toEqual(layers.toSorted())
    expect(layers[0]).toBe(1)
    expect(LADDER.at(-1)?.layer).toBe(7)
  })

  test('has a check on every layer, on the client as well as on the server', () => {
    for (const role of ['client', 'server'] as const) {
      const layers = new Set(LADDER.filter(({ on }) => on.includes(role)).map(({ layer }) => layer))
      expect([...layers].toSorted()).toEqual(
        role === 'client' ? [1, 2, 3, 4, 5, 6, 7] : expect.arrayContaining([1, 2, 3, 4, 7]),
      )
    }
  })

  test('asks a router how it forwards, and what its firewall does', () => {
    const ids = LADDER.filter(({ on }) => on.includes('router')).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['route.forwarding', 'firewall.rules']))
  })
})
