import { expect, test } from 'vitest'
import { openLoop } from '../../../src/cli/reading/open-loop.ts'
import { readCaptures } from '../../../src/host/capture-file.ts'
import { capture, HTTP } from './made-capture.ts'

const nothing = { statistics: null, after: null, only: null, most: null } as const

test.for([true, false])(
  'what is said over a connection is looked at where it is needed: %s',
  async (needsPayload) => {
    const services: string[] = []
    const loop = openLoop({
      ...nothing,
      needsPayload,
      ended: ({ service }) => services.push(service),
    })
    await readCaptures([capture('said.pcap', HTTP)], (...batch) => loop.take(...batch))
    loop.flows?.finish()
    expect(services).toEqual([needsPayload ? 'http' : ''])
  },
)

test('connections are not followed where nobody asks for them', () => {
  expect(openLoop({ ...nothing, needsPayload: false, ended: null }).flows).toBeNull()
})
