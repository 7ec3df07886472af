import { expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { publishersOf, standsForContainer } from '../../src/diagnose/publisher.ts'
import { scriptedHost } from './scene.ts'

const [OLD, NEW] = ['ab'.repeat(32), 'cd'.repeat(32)]
const one = (id: string, status: string, port: string) => ({
  Id: id,
  Name: id.slice(0, 2),
  State: { Status: status },
  HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: port }] } },
})

test('those that publish the port are found, the running one first', async () => {
  const ids = `${OLD}\n${NEW}\n`
  const inquiry = inquire(
    scriptedHost({
      outputs: {
        'docker ps --all --quiet --no-trunc': ids,
        [`docker inspect --type container ${OLD} ${NEW}`]: JSON.stringify([
          one(OLD, 'exited', '8080'),
          one(NEW, 'running', '8080'),
        ]),
      },
    }),
  )
  const found = await publishersOf(inquiry, { port: 8080, protocol: 'tcp' })
  expect('because' in found ? [] : found.map(({ container }) => container.name)).toEqual([
    'cd',
    'ab',
  ])
  expect(await publishersOf(inquiry, { port: 8080, protocol: 'udp' })).toEqual([])
})

test('the programs that hold a published port are known', () => {
  for (const name of ['docker-proxy', 'conmon', 'rootlessport'])
    expect(standsForContainer(name)).toBe(true)
  expect(standsForContainer('nginx')).toBe(false)
})
