import { expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { port } from '../../../src/diagnose/rung/port.ts'
import { recorded } from '../scene.ts'
import { ask, only } from './ask.ts'

/** The client with a range of four ports, of which so many are taken by the target. */
const taken = (number: number): Promise<Ruling> =>
  ask(port, {
    client: {
      ...recorded('healthy-client'),
      'sysctl net.ipv4.ip_local_port_range': 'net.ipv4.ip_local_port_range = 40000\t40003\n',
      'ss -H -tan': Array.from(
        { length: 4 },
        (_, index) =>
          `ESTAB 0 0 10.77.1.2:${40_000 + index} ${index < number ? '10.77.2.2' : '10.77.2.3'}:80\n`,
      ).join(''),
    },
    probes: { connect: { '10.77.2.2': 'EADDRNOTAVAIL' } },
  })

test('local ports that are all taken by the target are too few', async () => {
  expect(only(await taken(4))).toMatchObject({
    cause: 'tcp.ports-exhausted',
    side: 'client',
    weight: 'proven',
    remedies: [
      {
        command: "sysctl -w net.ipv4.ip_local_port_range='1024 65535'",
        undo: "sysctl -w net.ipv4.ip_local_port_range='40000 40003'",
      },
    ],
  })
})

test('local ports of which some are free are not proven to be', async () => {
  expect(only(await taken(3))).toMatchObject({ weight: 'likely', remedies: [] })
})
