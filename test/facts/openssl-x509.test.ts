import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { certificateFile } from '../../src/facts/openssl-x509.ts'
import { printed } from '../../src/facts/source.ts'

const text = readFileSync(join(import.meta.dirname, 'data/openssl-x509.txt'), 'utf8')
const parse = (output: string, code = 0) =>
  certificateFile('/x.pem').sources[0]?.parse(printed(output, code))

test('a file tells whose certificate it holds, until when, and its fingerprint', () => {
  expect(parse(text)).toEqual({
    subject: 'CN = www.lab.example, O = rungs lab',
    issuer: 'CN = rungs lab intermediate, O = rungs lab',
    notAfterMs: Date.UTC(2124, 0, 1),
    fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
  })
})

test('a file without one is no answer, whatever the text', () => {
  expect(parse('', 1)).toBeNull()
  expect(parse('Could not read certificate from /x.pem\n')).toBeNull()
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => void parse(`notAfter=${any}`)))
})
