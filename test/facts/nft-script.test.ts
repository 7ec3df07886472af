import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expandNftScript } from '../../src/facts/nft-script.ts'

test('a defined name stands for its value, over several lines as well', () => {
  expect(
    expandNftScript(
      'define lan = 10.0.0.0/8 # ours\ndefine ports = {\n 22,\n 80\n}\nip saddr $lan tcp dport $ports',
    ),
  ).toEqual({ text: '\n\n\n\n\nip saddr 10.0.0.0/8 tcp dport {  22,  80 }' })
})

test('what is not here is said with its line', () => {
  expect(expandNftScript('table ip t {\n}\ninclude "/etc/nftables.d/*.nft"')).toMatchObject({
    line: 3,
  })
  expect(expandNftScript('define a = 1\nip saddr $b')).toEqual({
    line: 2,
    because: '$b is not defined before it',
  })
})

test('names that double themselves come to an end', () => {
  const lines = Array.from({ length: 64 }, (_, at) => `define n${at + 1} = $n${at} $n${at}`)
  const found = expandNftScript(['define n0 = x', ...lines].join('\n'))
  expect(found).toMatchObject({ because: 'its definitions make it too long' })
})

test('never throws', () => {
  const part = fc.constantFrom('define a = ', '$a', '{', '}', '\n', 'include x', '"')
  fc.assert(
    fc.property(
      fc.array(fc.oneof(part, fc.string())),
      (parts) => void expandNftScript(parts.join('')),
    ),
  )
})
