import { expect, test } from 'vitest'
import { explainNoCapture } from '../../src/capture/open.ts'
import { hex } from '../wire/hex.ts'

test.each([
  ['fd377a585a00', /a file packed by xz.*xz -dc/],
  ['28b52ffd', /packed by zstd.*zstd -dc/],
  ['504b0304', /a zip archive.*unzip/],
  ['736e6f6f70000000', /a snoop file.*editcap/],
])('%s is known as what it is, with what makes a capture of it', (text, told) => {
  const view = hex(text)
  expect(explainNoCapture(view, 0, view.byteLength)).toMatch(told)
})
