/**
 * Where a connection arrives on a host. In a container that is not where it was sent: its engine
 * publishes a port of the machine, or a service of the cluster stands before it. All that is asked of
 * a host about an endpoint is asked about the one that it has itself.
 */
import type { Place as RulePlace } from '../facts/rule-set.ts'
import type { Inquiry } from './host.ts'
import type { Endpoint } from './probes.ts'

const EVERYWHERE = ['0.0.0.0', '::']

/**
 * The endpoint as the host has it; the same where it is no container. Null where what stands before
 * a container leads to a port of it that its engine does not tell.
 */
export async function endpointOn(
  { host }: Inquiry,
  endpoint: Endpoint,
  protocol: 'tcp' | 'udp',
): Promise<Endpoint | null> {
  const detail = await host.outside?.inspect()
  if (!detail?.known) return endpoint
  const { addresses, ports } = detail.value
  // Without an address of its own it has the network of its machine or of another container.
  if (addresses.length === 0 || addresses.includes(endpoint.address)) return endpoint
  const published = ports.find(
    ({ hostAddress, hostPort, protocol: of }) =>
      hostPort === endpoint.port &&
      of === protocol &&
      (hostAddress === endpoint.address || EVERYWHERE.includes(hostAddress ?? '')),
  )
  if (!published) return null
  // A proxy of the engine takes IPv6 to a container that has only IPv4.
  const sixth = (address: string): boolean => address.includes(':')
  const address =
    addresses.find((one) => sixth(one) === (endpoint.family === 6)) ?? addresses[0] ?? ''
  return { address, family: sixth(address) ? 6 : 4, port: published.containerPort }
}

/** Chains and tables of docker, CNI's portmap, netavark, kube-proxy: they hold nothing but publications. */
const OF_ENGINES =
  /^(?:DOCKER$|CNI-(?:DN-|HOSTPORT-)|NETAVARK-|KUBE-(?:SVC|SEP|EXT|NODEPORTS)|docker-bridges$|netavark$|kube-proxy$)/

/** Whether a rule is one by which an engine publishes a port: it leads where it was meant to. */
export const isPublication = ({ table, chain }: RulePlace): boolean =>
  OF_ENGINES.test(chain) || OF_ENGINES.test(table)

/** Something about an endpoint, as it is to the host; unchanged where the engine does not tell. */
export const asOn = async <T extends { readonly endpoint: Endpoint }>(
  inquiry: Inquiry,
  about: T,
  protocol: 'tcp' | 'udp',
): Promise<T> => ({
  ...about,
  endpoint: (await endpointOn(inquiry, about.endpoint, protocol)) ?? about.endpoint,
})
