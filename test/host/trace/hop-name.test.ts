import { expect, test } from 'vitest'
import { hopsOf } from '../../../src/diagnose/trace/hop.ts'
import { AsnTable } from '../../../src/facts/asn-table.ts'
import { HopNames } from '../../../src/host/trace/hop-name.ts'
import type { NameService } from '../../../src/host/trace/name-service.ts'
import { formatAddress } from '../../../src/wire/address.ts'
import { rounds } from '../../diagnose/trace/attempts.ts'

/** A resolver that knows this, and keeps what it was asked. */
function service(texts: Readonly<Record<string, readonly string[]>>, delayMs = 0) {
  const asked: string[] = []
  const known: NameService = {
    nameOf: async (address) => {
      asked.push(formatAddress(address))
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      return `host-${formatAddress(address)}`
    },
    textsOf: async (name) => {
      asked.push(name)
      return texts[name] ?? []
    },
  }
  return { known: Promise.resolve(known), asked }
}

const HOPS = hopsOf(rounds([['10.0.0.1'], ['192.0.2.1'], ['192.0.2.2']]))

async function look(names: HopNames, waitMs = 500) {
  for (const { addresses } of HOPS) for (const { address } of addresses) names.want(address)
  await names.settle(waitMs)
  return names.fill(HOPS).map(({ addresses: [first] }) => first && [first.name, first.asn])
}

test('names are looked up once each', async () => {
  const { known, asked } = service({})
  const names = new HopNames(known, { names: true, asn: false, table: null })
  names.want('192.0.2.1')
  expect(await look(names)).toEqual([
    ['host-10.0.0.1', null],
    ['host-192.0.2.1', null],
    ['host-192.0.2.2', null],
  ])
  expect(asked).toHaveLength(3)
})

test('systems are asked of the DNS, each of their names once, and private addresses of nobody', async () => {
  const { known, asked } = service({
    '1.2.0.192.origin.asn.cymru.com': [
      '64500 | 192.0.0.0/16 | ZZ | test | ',
      '64501 | 192.0.2.0/24 | ZZ | test | ',
    ],
    '2.2.0.192.origin.asn.cymru.com': ['64501 | 192.0.2.0/24 | ZZ | test | '],
    'AS64501.asn.cymru.com': ['64501 | ZZ | test | 2026-11-28 | EXAMPLE, ZZ'],
  })
  const names = new HopNames(known, { names: false, asn: true, table: null })
  const system = { number: 64_501, name: 'EXAMPLE, ZZ', prefix: '192.0.2.0/24' }
  expect(await look(names)).toEqual([
    [null, null],
    [null, system],
    [null, system],
  ])
  expect(asked.filter((name) => name === 'AS64501.asn.cymru.com')).toHaveLength(1)
  expect(asked.join()).not.toContain('10.in-addr')
})

test('a table answers without any question', async () => {
  const { known, asked } = service({})
  const table = new AsnTable('10.0.0.0/8 64999 Inside')
  const names = new HopNames(known, { names: false, asn: true, table })
  expect((await look(names))[0]).toEqual([
    null,
    { number: 64_999, name: 'Inside', prefix: '10.0.0.0/8' },
  ])
  expect(asked).toEqual([])
})

test('names that come late are not waited for', async () => {
  const { known } = service({}, 300)
  const names = new HopNames(known, { names: true, asn: false, table: null })
  const began = performance.now()
  expect((await look(names, 30))[0]).toEqual([null, null])
  expect(performance.now() - began).toBeLessThan(250)
})
