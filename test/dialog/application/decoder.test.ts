import { expect, test } from 'vitest'
import { OPENING_BYTES } from '../../../src/dialog/application/decoder.ts'
import { APPLICATIONS } from '../../../src/dialog/application/talk.ts'

test('recognition reads no more than an opening, and answers the same whatever follows it', () => {
  const client = 'GET / HTTP/1.1\r\n'.padEnd(OPENING_BYTES, ' ')
  const names = APPLICATIONS.filter(({ recognise }) => recognise({ client, server: '' })).map(
    ({ name }) => name,
  )
  expect(names).toEqual(['http'])
})
