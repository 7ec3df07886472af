import { expect, test } from 'vitest'
import { containerIds, containers } from '../../src/facts/docker.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const table = `CONTAINER ID   IMAGE                                COMMAND                                CREATED        STATUS        PORTS
NAMES
f7c883ff6c68   wordpress-wordpress                 "docker-entrypoint.s..."           3 months ago  Up 6 hours   0.0.0.0:80->80/tcp,
:::80->80/tcp, 0.0.0.0:443->443/tcp, :::443->443/tcp   catac_wordpress
35ecd8ceba52   mysql:5.7                           "docker-entrypoint.s..."           3 months ago  Up 6 hours   3306/tcp, 33060/tcp
catac_wordpress_db
`

const unpublished = (containerPort: number) => ({
  hostAddress: null,
  hostPort: null,
  containerPort,
  protocol: 'tcp',
})

const published = (hostAddress: string, port: number) => ({
  hostAddress,
  hostPort: port,
  containerPort: port,
  protocol: 'tcp',
})

test('a table with wrapped lines is read', () => {
  expect(answer(containers, printed(table))).toEqual([
    {
      id: 'f7c883ff6c68',
      name: 'catac_wordpress',
      image: 'wordpress-wordpress',
      state: 'running',
      status: 'Up 6 hours',
      ports: [
        published('0.0.0.0', 80),
        published('::', 80),
        published('0.0.0.0', 443),
        published('::', 443),
      ],
    },
    {
      id: '35ecd8ceba52',
      name: 'catac_wordpress_db',
      image: 'mysql:5.7',
      state: 'running',
      status: 'Up 6 hours',
      ports: [unpublished(3306), unpublished(33060)],
    },
  ])
})

test('a stopped container has no ports', () => {
  const text = `CONTAINER ID   IMAGE          COMMAND                  CREATED        STATUS                      PORTS     NAMES
a1b2c3d4e5f6   nginx:alpine   "/docker-entrypoint.…"   2 hours ago    Exited (137) 5 minutes ago            web
b1b2c3d4e5f6   nginx:alpine   "/docker-entrypoint.…"   2 hours ago    Up 3 minutes (Paused)       80/tcp    slow
`
  expect(answer(containers, printed(text))).toMatchObject([
    { name: 'web', state: 'exited', status: 'Exited (137) 5 minutes ago', ports: [] },
    { name: 'slow', state: 'paused' },
  ])
})

const json = `{"Command":"\\"/docker-entrypoint.sh nginx\\"","CreatedAt":"2026-11-20 10:00:00 +0000 UTC","ID":"f7c883ff6c68a1f9d9c1a5c1b9e0a7d3c2b1a09f8e7d6c5b4a392817060504ff","Image":"nginx:alpine","Labels":"","LocalVolumes":"0","Mounts":"","Names":"web","Networks":"bridge","Ports":"127.0.0.1:8080-\\u003e80/tcp, [::]:5000-5002-\\u003e6000-6002/udp","RunningFor":"2 hours ago","Size":"0B","State":"running","Status":"Up 2 hours (unhealthy)"}
{"Command":"\\"sh\\"","ID":"00c883ff6c68a1f9d9c1a5c1b9e0a7d3c2b1a09f8e7d6c5b4a392817060504ff","Image":"alpine","Names":"job","Ports":"","Status":"Restarting (1) 5 seconds ago"}
`

test('the lines of JSON are read, with ranges of ports', () => {
  const range = [0, 1, 2].map((index) => ({
    hostAddress: '::',
    hostPort: 5000 + index,
    containerPort: 6000 + index,
    protocol: 'udp',
  }))
  expect(answer(containers, printed(json))).toEqual([
    {
      id: 'f7c883ff6c68a1f9d9c1a5c1b9e0a7d3c2b1a09f8e7d6c5b4a392817060504ff',
      name: 'web',
      image: 'nginx:alpine',
      state: 'running',
      status: 'Up 2 hours (unhealthy)',
      ports: [
        { hostAddress: '127.0.0.1', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
        ...range,
      ],
    },
    {
      id: '00c883ff6c68a1f9d9c1a5c1b9e0a7d3c2b1a09f8e7d6c5b4a392817060504ff',
      name: 'job',
      image: 'alpine',
      state: 'restarting',
      status: 'Restarting (1) 5 seconds ago',
      ports: [],
    },
  ])
})

test('no container is an answer, no engine is none', () => {
  expect(answer(containers, printed(''))).toEqual([])
  expect(
    answer(
      containers,
      printed('CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n'),
    ),
  ).toEqual([])
  const error =
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n'
  expect(answer(containers, printed('', 1, error))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(containers, table)
  expectQuestionSurvives(containers, json)
})

test('the ids of podman and docker alike are read', () => {
  const id = 'f7c883ff6c68a1f9d9c1a5c1b9e0a7d3c2b1a09f8e7d6c5b4a392817060504ff'
  expect(answer(containerIds('podman'), printed(`${id}\n${id}\n`))).toEqual([id, id])
  expect(answer(containerIds('docker'), printed(''))).toEqual([])
  expect(answer(containerIds('docker'), printed(`${id}\n-f\n`))).toBeNull()
  expect(answer(containerIds('docker'), printed('', 1, 'Cannot connect'))).toBeNull()
  expectQuestionSurvives(containerIds('podman'), `${id}\n`)
})
