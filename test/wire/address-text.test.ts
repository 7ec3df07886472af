import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../../src/wire/address.ts'
import { AddressTexts } from '../../src/wire/address-text.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { TextSink } from '../../src/wire/text-sink.ts'

test.each([4, 6] as const)(
  'IPv%i: the text is the canonical one, asked for again or anew',
  (version) => {
    const texts = new AddressTexts()
    const size = version === 4 ? 4 : 16
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (bytes) => {
        const sink = new TextSink()
        texts.write(sink, viewOf(bytes), 0, version)
        texts.write(sink, viewOf(bytes), 0, version)
        const text = formatAddress({ family: version, bytes, zone: null })
        expect(sink.slice(0)).toBe(text + text)
      }),
      { numRuns: 2000 },
    )
  },
)
