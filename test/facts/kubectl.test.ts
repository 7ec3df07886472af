import { expect, test } from 'vitest'
import type { ContainerDetail } from '../../src/facts/docker-inspect.ts'
import { pod } from '../../src/facts/kubectl.ts'
import { printed } from '../../src/facts/source.ts'
import { transcripts } from './data.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

/** Printed by kubectl 1.32 from what a server in a test answered in the words of the API. */
const recorded = transcripts('kubectl-pod.txt')

const read = (name: string, container: string | null = null): ContainerDetail | null =>
  answer(pod({ namespace: 'shop', name, container }), printed(recorded(name)))

test('a container that runs', () => {
  expect(read('web')).toEqual({
    id: '5b1d5b9e-9f2a-4a57-9d4b-1b1f6c6a7c11',
    name: 'web',
    state: 'running',
    error: '',
    pid: null,
    exitCode: null,
    oomKilled: false,
    restarts: 0,
    health: 'ready',
    restartPolicy: 'always',
    ports: [{ hostAddress: null, hostPort: null, containerPort: 80, protocol: 'tcp' }],
    addresses: ['10.244.1.7', 'fd00:10:244:1::7'],
  })
})

test('the first container is meant, or the one that the pod or the question names', () => {
  expect(read('web', 'sidecar')).toMatchObject({ name: 'sidecar', state: 'running', ports: [] })
  const text = recorded('web').replace(
    '"name": "web",\n        "namespace"',
    '"annotations": {"kubectl.kubernetes.io/default-container": "sidecar"},\n"name": "web", "namespace"',
  )
  const question = pod({ namespace: 'shop', name: 'web', container: null })
  expect(answer(question, printed(text))).toMatchObject({ name: 'sidecar' })
})

test.each([
  ['done', 'Completed', { state: 'exited', exitCode: 0 }],
  ['crash', 'CrashLoopBackOff: ', { state: 'restarting', exitCode: 137, oomKilled: true }],
  ['pull', 'ImagePullBackOff: ', { state: 'created', exitCode: null }],
  ['pending', 'Unschedulable: 0/3 nodes', { state: 'created', exitCode: null }],
])('%s does not run: %s', (name, reason, expected) => {
  const told = read(name)
  expect(told).toMatchObject({ ...expected, pid: null, health: null })
  expect(told?.error).toContain(reason)
  expect(told?.restarts).toBe(name === 'crash' ? 7 : 0)
})

test('one that is not ready says so', () => {
  const text = recorded('web').replaceAll('"ready": true', '"ready": false')
  const question = pod({ namespace: 'shop', name: 'web', container: null })
  expect(answer(question, printed(text))).toMatchObject({ state: 'running', health: 'not ready' })
})

test('a container that the pod does not have is named, with those that it has', () => {
  expect(read('web', 'db')).toMatchObject({
    state: 'unknown',
    error: 'the pod has no container db, only web, sidecar',
  })
})

test.each(['', '[]', '{"kind": "List"}', '{"kind": "Pod"}'])('%j is no answer', (text) => {
  const question = pod({ namespace: 'shop', name: 'web', container: null })
  expect(answer(question, printed(text))).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(pod({ namespace: 'shop', name: 'web', container: null }), recorded('web'))
})
