import { expect, test } from 'vitest'
import { linkNetworkFile, networkFiles } from '../../src/facts/network-file.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const files = [
  '[Match]',
  'Name=eth* enp3s0',
  '',
  '[Network]',
  'Address=192.0.2.10/24',
  '',
  '[Route]',
  'Destination=203.0.113.0/24',
  'Gateway=192.0.2.9',
]
  .map((text, at) => `/etc/systemd/network/10-eth0.network:${at + 1}:${text}\n`)
  .join('')

test('a file has its match and its settings with their lines', () => {
  const [file] = answer(networkFiles, printed(files)) ?? []
  expect(file).toMatchObject({
    file: '/etc/systemd/network/10-eth0.network',
    names: ['eth*', 'enp3s0'],
  })
  expect(file?.settings.at(-1)).toEqual({
    section: 'Route',
    key: 'Gateway',
    value: '192.0.2.9',
    line: 9,
  })
})

// systemd 252
const status = (file: string, state: string): string => `● 3: eth0                       
                     Link File: n/a
                  Network File: ${file}
                         State: ${state}
                  Online state: unknown
`

test('a link has a file, none, or is not looked at yet', () => {
  const told = (text: string) => answer(linkNetworkFile('eth0'), printed(text))
  const path = '/etc/systemd/network/10-eth0.network'
  expect(told(status(path, 'routable (configured)'))).toEqual({ file: path })
  expect(told(status('n/a', 'routable (unmanaged)'))).toEqual({ file: null })
  expect(told(status('n/a', 'off (pending)'))).toBeNull()
})

test('no text makes it throw', () => {
  expectQuestionSurvives(networkFiles, files)
  expectQuestionSurvives(linkNetworkFile('eth0'), status('/a.network', 'routable (configured)'))
})
