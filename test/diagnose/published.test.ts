import { expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import type { Endpoint } from '../../src/diagnose/probes.ts'
import { asOn, endpointOn, isPublication } from '../../src/diagnose/published.ts'
import type { ContainerPort } from '../../src/facts/docker.ts'
import type { Place } from '../../src/facts/rule-set.ts'
import { container, type Told } from './outside.ts'
import { scriptedHost } from './scene.ts'

const published = (hostAddress: string, protocol = 'tcp'): ContainerPort => ({
  hostAddress,
  hostPort: 8080,
  containerPort: 80,
  protocol,
})

const at = (address: string, port = 8080): Endpoint => ({
  address,
  family: address.includes(':') ? 6 : 4,
  port,
})

const on = (told: Told | null, endpoint: Endpoint) =>
  endpointOn(inquire(container(told)), endpoint, 'tcp')

test('a published port leads to the port and the address of the container', async () => {
  const ports = [published('0.0.0.0', 'udp'), published('0.0.0.0')]
  expect(await on({ ports }, at('198.51.100.7'))).toEqual(at('172.17.0.2', 80))
})

test('one that is published on one address leads there from that address only', async () => {
  const ports = [published('127.0.0.1')]
  expect(await on({ ports }, at('127.0.0.1'))).toEqual(at('172.17.0.2', 80))
  expect(await on({ ports }, at('198.51.100.7'))).toBeNull()
})

test('the family is that of the container where it has none of the other', async () => {
  const ports = [published('::')]
  expect(await on({ ports }, at('2001:db8::7'))).toEqual(at('172.17.0.2', 80))
  const addresses = ['172.17.0.2', '2001:db8:1::2']
  expect(await on({ ports, addresses }, at('2001:db8::7'))).toEqual(at('2001:db8:1::2', 80))
})

test("the container's own address is what it is", async () => {
  const ports = [published('0.0.0.0')]
  expect(await on({ ports }, at('172.17.0.2'))).toEqual(at('172.17.0.2'))
})

test('a container with the network of its machine has its addresses', async () => {
  expect(await on({ addresses: [] }, at('198.51.100.7'))).toEqual(at('198.51.100.7'))
})

test('what leads to a container without being published is not known', async () => {
  expect(await on({}, at('198.51.100.7', 443))).toBeNull()
  const visit = { endpoint: at('198.51.100.7', 443), stage: 'connect' }
  expect(await asOn(inquire(container({})), visit, 'tcp')).toEqual(visit)
})

test('a host that is no container, or that no engine tells of, has what was asked', async () => {
  const endpoint = at('198.51.100.7')
  expect(await endpointOn(inquire(scriptedHost({})), endpoint, 'tcp')).toBe(endpoint)
  expect(await on(null, endpoint)).toBe(endpoint)
})

test.each([
  ['nat', 'DOCKER', true],
  ['nat', 'CNI-DN-a74b056d882b98f457558', true],
  ['nat', 'NETAVARK-DN-1D8721804F16F', true],
  ['nat', 'KUBE-SEP-7Q6KKRB2UWZRKYFB', true],
  ['netavark', 'nv_2f259bab_10_89_0_0_nm24_dnat', true],
  ['nat', 'PREROUTING', false],
  ['nat', 'DOCKER-USER', false],
  ['mynat', 'prerouting', false],
])('a rule in %s %s is a publication: %s', (table, chain, is) => {
  expect(isPublication({ table, chain } as Place)).toBe(is)
})
