/** A scripted host that is a container, and what its engine says of it. */
import { CONTAINER, type Host, type Outside } from '../../src/diagnose/host.ts'
import type { ContainerDetail } from '../../src/facts/docker-inspect.ts'
import { printed } from '../../src/facts/source.ts'
import { type Outputs, scriptedHost } from './scene.ts'

const RUNNING: ContainerDetail = {
  id: 'ab'.repeat(32),
  name: 'web',
  state: 'running',
  error: '',
  pid: 4711,
  exitCode: null,
  oomKilled: false,
  restarts: 0,
  health: null,
  restartPolicy: 'no',
  ports: [],
  addresses: ['172.17.0.2'],
}

export type Told = Partial<ContainerDetail> & Partial<Pick<Outside, 'engine'>>

/** The server as a container of which its engine tells so; null: the engine does not answer. */
export function container(told: Told | null, outputs: Outputs = {}): Host {
  const { engine = 'docker', ...detail } = told ?? {}
  const argv = ['docker', 'inspect', '--type', 'container', 'web']
  return {
    ...scriptedHost({ name: 'server', role: 'server', outputs, limits: CONTAINER }),
    outside: {
      engine,
      name: engine === 'kubectl' ? 'shop/web' : 'web',
      inspect: async () =>
        told === null
          ? { known: false, because: 'docker is not installed', needs: 'docker.io' }
          : { known: true, value: { ...RUNNING, ...detail }, output: { ...printed('[…]'), argv } },
    },
  }
}
