/**
 * A container of a Kubernetes pod as the cluster tells of it: `kubectl get pod -o json` (Kubernetes
 * API v1, PodStatus and ContainerStatus), in the words that the engines of one machine use.
 */
import type { ContainerPort, ContainerState } from './docker.ts'
import type { ContainerDetail } from './docker-inspect.ts'
import { type JsonRecord, numberOf, parseRecord, recordOf, recordsOf, textOf } from './json.ts'
import type { Output, Question } from './source.ts'

/** Which container: of those of a pod, the one that `kubectl exec` takes where none is named. */
export type PodContainer = {
  readonly namespace: string
  readonly name: string
  readonly container: string | null
}

/** What names the container that is meant where none is named; kubernetes.io, well-known annotations. */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

const portsOf = (spec: JsonRecord): readonly ContainerPort[] =>
  recordsOf(spec, 'ports').flatMap((port) => {
    const containerPort = numberOf(port, 'containerPort')
    const hostPort = numberOf(port, 'hostPort')
    if (containerPort === null) return []
    return [
      {
        hostAddress: hostPort === null ? null : (textOf(port, 'hostIP') ?? '0.0.0.0'),
        hostPort,
        containerPort,
        protocol: (textOf(port, 'protocol') ?? 'TCP').toLowerCase(),
      },
    ]
  })

type Condition = Pick<ContainerDetail, 'state' | 'error' | 'exitCode' | 'oomKilled'>

const words = (record: JsonRecord): string =>
  [textOf(record, 'reason'), textOf(record, 'message')].filter(Boolean).join(': ')

/** A container that ended, or ended before it was started again. */
const ended = (state: ContainerState, end: JsonRecord, error: string): Condition => ({
  state,
  error,
  exitCode: numberOf(end, 'exitCode'),
  oomKilled: textOf(end, 'reason') === 'OOMKilled',
})

/** ContainerState of the API: exactly one of running, waiting and terminated is there. */
function conditionOf(status: JsonRecord): Condition | null {
  const state = recordOf(status, 'state')
  if (state.running)
    return ended('running', recordOf(recordOf(status, 'lastState'), 'terminated'), '')
  if (state.terminated) {
    const end = recordOf(state, 'terminated')
    return ended('exited', end, words(end))
  }
  if (!state.waiting) return null
  const waiting = recordOf(state, 'waiting')
  const before = recordOf(recordOf(status, 'lastState'), 'terminated')
  const again = textOf(waiting, 'reason') === 'CrashLoopBackOff'
  return ended(again ? 'restarting' : 'created', before, words(waiting))
}

/** A pod whose containers have no state yet, or no more: it waits for a node, or was evicted. */
function conditionOfPod(status: JsonRecord): Condition {
  const phase = textOf(status, 'phase')
  const failed = recordsOf(status, 'conditions').find((one) => textOf(one, 'status') === 'False')
  const error = words(status) || (failed ? words(failed) : (phase ?? ''))
  if (phase === 'Pending') return ended('created', {}, error)
  return ended(phase === 'Failed' || phase === 'Succeeded' ? 'exited' : 'unknown', {}, error)
}

/** A pod that has no such container. */
const without = (name: string, containers: readonly JsonRecord[]): Condition => {
  const names = containers.map((one) => textOf(one, 'name')).join(', ')
  return ended('unknown', {}, `the pod has no container ${name}, only ${names}`)
}

function parsePod({ stdout }: Output, wanted: string | null): ContainerDetail | null {
  const pod = parseRecord(stdout)
  if (!pod || textOf(pod, 'kind') !== 'Pod') return null
  const [metadata, spec, status] = ['metadata', 'spec', 'status'].map((key) => recordOf(pod, key))
  if (!metadata || !spec || !status) return null
  const of = (record: JsonRecord, one: string, more: string): readonly JsonRecord[] => [
    ...recordsOf(record, one),
    ...recordsOf(record, more),
  ]
  const containers = of(spec, 'containers', 'initContainers')
  const statuses = of(status, 'containerStatuses', 'initContainerStatuses')
  const name =
    wanted ??
    textOf(recordOf(metadata, 'annotations'), DEFAULT_CONTAINER) ??
    textOf(containers[0] ?? {}, 'name')
  if (name === null) return null
  const container = containers.find((one) => textOf(one, 'name') === name)
  const told = statuses.find((one) => textOf(one, 'name') === name)
  const condition = !container
    ? without(name, containers)
    : ((told && conditionOf(told)) ?? conditionOfPod(status))
  const ready = told && condition.state === 'running' ? told.ready !== false : null
  return {
    id: textOf(metadata, 'uid') ?? '',
    name,
    ...condition,
    pid: null,
    restarts: numberOf(told ?? {}, 'restartCount') ?? 0,
    health: ready === null ? null : ready ? 'ready' : 'not ready',
    restartPolicy: (textOf(spec, 'restartPolicy') ?? 'Always').toLowerCase(),
    ports: portsOf(container ?? {}),
    addresses: recordsOf(status, 'podIPs').flatMap((one) => textOf(one, 'ip') ?? []),
  }
}

/** The container of a pod, whatever its state. */
export const pod = ({ namespace, name, container }: PodContainer): Question<ContainerDetail> => ({
  name: `the pod ${namespace}/${name}${container === null ? '' : `/${container}`}`,
  sources: [
    {
      argv: ['kubectl', 'get', 'pod', name, '-n', namespace, '-o', 'json'],
      package: 'kubectl',
      parse: (output) => parsePod(output, container),
    },
  ],
})
