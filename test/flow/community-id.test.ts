import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { communityId, icmpPorts } from '../../src/flow/community-id.ts'
import { parseAddress } from '../../src/wire/address.ts'

/** The reference data of the specification, `baseline/baseline_deflt.json`: protocol, ends, ports, ID. */
const REFERENCE = `
58 fe80::200:86ff:fe05:80da fe80::260:97ff:fe07:69ea 135 136 1:dGHyGvjMfljg6Bppwm3bg0LO8TY=
58 fe80::260:97ff:fe07:69ea fe80::200:86ff:fe05:80da 136 135 1:dGHyGvjMfljg6Bppwm3bg0LO8TY=
58 fe80::260:97ff:fe07:69ea fe80::200:86ff:fe05:80da 135 136 1:zavyT/cezQr1fmImYCwYnMXbgck=
58 fe80::200:86ff:fe05:80da fe80::260:97ff:fe07:69ea 136 135 1:zavyT/cezQr1fmImYCwYnMXbgck=
58 3ffe:501:1800:2345::2 3ffe:507:0:1:200:86ff:fe05:80da 3 0 1:2ObVBgIn28oZvibYZhZMBgh7WdQ=
58 3ffe:501:410:0:2c0:dfff:fe47:33e 3ffe:507:0:1:200:86ff:fe05:80da 1 4 1:hLZd0XGWojozrvxqE0dWB1iM6R0=
58 3ffe:507:0:1:200:86ff:fe05:80da 3ffe:501:0:1001::2 128 129 1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=
58 3ffe:501:0:1001::2 3ffe:507:0:1:200:86ff:fe05:80da 129 128 1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=
58 fe80::200:86ff:fe05:80da ff02::2 133 134 1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0=
58 fe80::260:97ff:fe07:69ea ff02::1 134 133 1:pkvHqCL88/tg1k4cPigmZXUtL00=
1 192.168.0.89 192.168.0.1 8 0 1:X0snYXpgwiv9TZtqg64sgzUn6Dk=
1 192.168.0.1 192.168.0.89 0 8 1:X0snYXpgwiv9TZtqg64sgzUn6Dk=
1 10.0.0.1 10.0.0.2 11 0 1:YHxtAirCG//0OzkcVAukqKQN9xM=
6 2001:470:e5bf:dead:4957:2174:e82c:4887 2607:f8b0:400c:c03::1a 63943 25 1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=
6 2607:f8b0:400c:c03::1a 2001:470:e5bf:dead:4957:2174:e82c:4887 25 63943 1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=
132 192.168.170.8 192.168.170.56 7 7 1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=
132 192.168.170.56 192.168.170.8 7 7 1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=
6 128.232.110.120 66.35.250.204 34855 80 1:LQU9qZlK+B5F3KDmev6m5PMibrg=
6 66.35.250.204 128.232.110.120 80 34855 1:LQU9qZlK+B5F3KDmev6m5PMibrg=
17 192.168.1.52 8.8.8.8 54585 53 1:d/FP5EW3wiY1vCndhwleRRKHowQ=
17 8.8.8.8 192.168.1.52 53 54585 1:d/FP5EW3wiY1vCndhwleRRKHowQ=
46 10.1.12.1 10.1.12.2 0 0 1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=
46 10.1.12.2 10.1.12.1 0 0 1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=`

const bytesOf = (text = ''): Uint8Array => parseAddress(text)?.bytes ?? new Uint8Array(4)

describe('the reference data of the specification holds', () => {
  test.for(REFERENCE.trim().split('\n'))('%s', (line) => {
    const [protocol = '', source, destination, type = '', other = '', id] = line.split(' ')
    const isIcmp = protocol === '1' || protocol === '58'
    const ports = isIcmp ? icmpPorts(Number(protocol), Number(type), Number(other)) : null
    expect(ports?.destination ?? Number(other)).toBe(Number(other))
    expect(
      communityId({
        protocol: Number(protocol),
        source: bytesOf(source),
        destination: bytesOf(destination),
        sourcePort: Number(type),
        destinationPort: Number(other),
        oneWay: ports?.oneWay ?? false,
      }),
    ).toBe(id)
  })
})

test('both directions give one ID, and it is the digest that OpenSSL gives', () => {
  const port = fc.nat(65535)
  const address = fc.uint8Array({ minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(
      address,
      address,
      port,
      port,
      (source, destination, sourcePort, destinationPort) => {
        const tuple = { protocol: 6, source, destination, sourcePort, destinationPort }
        const back = {
          protocol: 6,
          source: destination,
          destination: source,
          sourcePort: destinationPort,
          destinationPort: sourcePort,
        }
        const end = (bytes: Uint8Array, number: number): Buffer =>
          Buffer.concat([bytes, Buffer.from([number >> 8, number & 255])])
        const ends = [end(source, sourcePort), end(destination, destinationPort)].toSorted(
          Buffer.compare,
        )
        const [first = Buffer.alloc(6), second = Buffer.alloc(6)] = ends
        const hash = createHash('sha1')
        for (const part of [Buffer.alloc(2), first.subarray(0, 4), second.subarray(0, 4)])
          hash.update(part)
        hash.update(Buffer.from([6, 0]))
        for (const part of [first.subarray(4), second.subarray(4)]) hash.update(part)
        expect(communityId(tuple)).toBe(communityId(back))
        expect(communityId(tuple)).toBe(`1:${hash.digest('base64')}`)
      },
    ),
  )
})
