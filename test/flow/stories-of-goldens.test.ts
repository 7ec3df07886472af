/** What each TCP connection of a golden capture did, as it was arranged when the capture was made. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Flows } from '../../src/flow/flows.ts'
import { tellStory } from '../../src/flow/story.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { captureBytes, dataDirectory, goldens, walkCapture } from '../capture/walk.ts'

const TCP = 6

const expected: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(dataDirectory, 'stories.json'), 'utf8'),
)

/** The stories of the TCP connections, in the order in which these began. */
function storiesOf(file: string): string[] {
  const told: { id: number; name: string }[] = []
  const flows = new Flows({
    onEnd: (connection) => {
      if (connection.protocol === TCP)
        told.push({ id: connection.id, name: tellStory(connection).name })
    },
  })
  walkCapture(captureBytes(join(dataDirectory, file)), (packet) => {
    const { batch, at, end, originalBytes, linkType, headers, frame, timeNs } = packet
    readFrame(batch.view, at, end, originalBytes, linkType, headers)
    flows.packet(headers, frame, timeNs, originalBytes)
  })
  flows.finish()
  return told.toSorted((one, other) => one.id - other.id).map(({ name }) => name)
}

test.for(Object.entries(expected))('%s', ([name, stories]) => {
  const file = goldens().find((one) => one.split('.')[0] === name)
  expect(file, `no capture ${name}`).toBeDefined()
  expect(storiesOf(file ?? '')).toEqual(stories)
})
