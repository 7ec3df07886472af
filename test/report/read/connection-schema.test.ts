import { expect, test } from 'vitest'
import { Connection } from '../../../src/flow/connection.ts'
import { recordOf } from '../../../src/flow/record.ts'
import { tellStory } from '../../../src/flow/story.ts'
import { STORY_NAMES } from '../../../src/flow/story-word.ts'
import { formatAsJsonLine } from '../../../src/report/json.ts'
import {
  CONNECTION,
  connectionSchema,
  STORY_MEANINGS,
} from '../../../src/report/read/connection-schema.ts'
import { validate } from '../validate.ts'

test('even a connection of which nothing is known is what the schema allows', () => {
  const connection = new Connection()
  connection.protocol = 6
  connection.ipVersion = 4
  connection.client.address = connection.server.address = new Uint8Array(4)
  const record = recordOf(connection, tellStory(connection), 0, null)
  const line = formatAsJsonLine(CONNECTION, record)
  expect(validate(connectionSchema(), [JSON.parse(line)])).toEqual([[]])
  expect(Object.keys(JSON.parse(line) as object)).toEqual(Object.keys(record))
})

test('every story has a meaning', () => {
  expect(Object.keys(STORY_MEANINGS).toSorted()).toEqual(STORY_NAMES.toSorted())
})
