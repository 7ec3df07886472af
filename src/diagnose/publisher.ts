/** The containers that publish a port of a host, running or not, by docker and by podman. */
import { containerIds, type Engine } from '../facts/docker.ts'
import { type ContainerDetail, containerDetails } from '../facts/docker-inspect.ts'
import type { Output } from '../facts/source.ts'
import type { Inquiry } from './host.ts'
import type { Listening } from './serving.ts'

/** A container that publishes a port. */
export type Publisher = {
  readonly engine: Engine
  readonly container: ContainerDetail
  readonly output: Output
}

/** Why an engine told nothing. */
type Mute = { readonly because: string; readonly needs: string | null }

const ENGINES: readonly Engine[] = ['docker', 'podman']

/** More containers than these are not looked into. */
const MOST_CONTAINERS = 64

const STAND_INS = /^(docker-proxy|conmon|rootlessport|slirp4netns|pasta)/

/** True for the program of an engine that holds a published port in its container's place. */
export const standsForContainer = (program: string): boolean => STAND_INS.test(program)

async function askEngine(
  inquiry: Inquiry,
  engine: Engine,
  { port, protocol }: Pick<Listening, 'port' | 'protocol'>,
): Promise<readonly Publisher[] | Mute> {
  const ids = await inquiry.ask(containerIds(engine))
  if (!ids.known) return ids
  if (ids.value.length === 0) return []
  const details = await inquiry.ask(containerDetails(engine, ids.value.slice(0, MOST_CONTAINERS)))
  if (!details.known) return details
  return details.value
    .filter(({ ports }) => ports.some((one) => one.hostPort === port && one.protocol === protocol))
    .map((container) => ({ engine, container, output: details.output }))
}

/** Those that publish the port, the running ones first; or why an engine that is there told nothing. */
export async function publishersOf(
  inquiry: Inquiry,
  where: Pick<Listening, 'port' | 'protocol'>,
): Promise<readonly Publisher[] | Mute> {
  const told = await Promise.all(ENGINES.map((engine) => askEngine(inquiry, engine, where)))
  const found = told.flatMap((one) => ('because' in one ? [] : one))
  const isDown = ({ container }: Publisher): number => (container.state === 'running' ? 0 : 1)
  // An engine that is not installed has no containers; one that does not answer may have.
  const mute = told.find((one): one is Mute => 'because' in one && one.needs === null)
  return found.length === 0 && mute ? mute : found.toSorted((a, b) => isDown(a) - isDown(b))
}
