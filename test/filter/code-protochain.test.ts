import { test } from 'vitest'
import { expectSame } from './front.ts'

test('the chain of headers is followed in a loop', () => {
  expectSame(
    [0, 1, 101, 113, 276],
    [
      'ip6 protochain 6',
      'ip protochain 6',
      'protochain 6',
      'ip6 protochain \\\\tcp',
      'protochain \\\\icmp and ip',
      'ether protochain 6',
      'tcp protochain 6',
      'vlan and ip6 protochain 58',
    ],
  )
})

test('not behind headers of changing length', () => {
  expectSame([127, 105], ['ip6 protochain 6'])
})
