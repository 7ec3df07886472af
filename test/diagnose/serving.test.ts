import { expect, test } from 'vitest'
import { holdsTarget, portListeners } from '../../src/diagnose/serving.ts'
import { inFakeTime, recorded, witnessOf } from './scene.ts'

const scene = {
  target: 'http://10.77.2.2/',
  client: recorded('healthy-client'),
  server: {
    ...recorded('healthy-server'),
    'ss -H -tulnp': [
      'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=77,fd=6))',
      'udp UNCONN 0 0 0.0.0.0:80 0.0.0.0:*',
      'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=7,fd=3))',
    ].join('\n'),
  },
}

test('the sockets of the port in question are told from the others', () =>
  inFakeTime(async () => {
    const witness = witnessOf(scene)
    if (!witness.server) throw new Error('no server')
    const { here, all, port } = await portListeners(witness, witness.server)
    expect(port).toBe(80)
    expect(here.map(({ processes }) => processes[0]?.pid)).toEqual([77])
    expect(all.map(({ local }) => local.port)).toEqual([80, 22])
  }))

test.for([
  ['10.77.2.2', true],
  ['10.77.2.99', false],
] as const)('whether the server holds %s is %s', ([address, held]) =>
  inFakeTime(async () => {
    const witness = witnessOf(scene)
    if (!witness.server) throw new Error('no server')
    expect(await holdsTarget(witness, witness.server, address)).toBe(held)
  }),
)
