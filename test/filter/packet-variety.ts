/** Packets of many kinds, each different from its neighbours in what a filter may ask for: networks, transports, tunnels, LLC. */

/** What a link layer carries: an EtherType, or an LLC header in the payload where it is null. */
export type Carried = { readonly type: number | null; readonly bytes: Uint8Array }

/** Bytes one after another: numbers, hexadecimal text, other bytes. */
export const bytesOf = (
  ...parts: readonly (number | string | Uint8Array | readonly number[])[]
): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'number') return [part]
      if (typeof part === 'string')
        return (part.replaceAll(' ', '').match(/../g) ?? []).map((pair) =>
          Number.parseInt(pair, 16),
        )
      return [...part]
    }),
  )

/** Two bytes, and four, in network order. */
export const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff]
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)]
const text = (value: string): number[] => [...value].map((letter) => letter.charCodeAt(0))
const quad = (value: string): number[] => value.split('.').map(Number)

function long(value: string): number[] {
  const [head = '', tail = ''] = value.split('::')
  const groups = (part: string): number[] =>
    part
      .split(':')
      .filter((each) => each !== '')
      .flatMap((each) => u16(Number.parseInt(each, 16)))
  const [before, after] = [groups(head), groups(tail)]
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after]
}

type Ip = {
  readonly protocol: number
  readonly source?: string
  readonly destination?: string
  readonly fragment?: number
  readonly options?: number[]
  readonly ttl?: number
  readonly id?: number
}

function ip4(
  payload: Uint8Array,
  {
    protocol,
    source = '10.0.0.1',
    destination = '10.0.0.2',
    fragment = 0x4000,
    options = [],
    ttl = 64,
    id = 7,
  }: Ip,
): Carried {
  const words = 5 + options.length / 4
  const bytes = bytesOf(
    0x40 | words,
    0,
    u16(words * 4 + payload.length),
    u16(id),
    u16(fragment),
    ttl,
    protocol,
    0x12,
    0x34,
    quad(source),
    quad(destination),
    options,
    payload,
  )
  return { type: 0x0800, bytes }
}

function ip6(
  payload: Uint8Array,
  next: number,
  source = '2001:db8::1',
  destination = '2001:db8::2',
  hops = 64,
): Carried {
  return {
    type: 0x86dd,
    bytes: bytesOf(
      0x60,
      0,
      0,
      1,
      u16(payload.length),
      next,
      hops,
      long(source),
      long(destination),
      payload,
    ),
  }
}

const tcp = (
  source: number,
  destination: number,
  flags: number,
  payload = '',
  options: number[] = [],
): Uint8Array =>
  bytesOf(
    u16(source),
    u16(destination),
    u32(0x1234_5678),
    u32(1),
    (5 + options.length / 4) << 4,
    flags,
    u16(1000),
    0,
    0,
    0,
    0,
    options,
    text(payload),
  )
const udp = (
  source: number,
  destination: number,
  payload: Uint8Array = bytesOf('0001'),
): Uint8Array => bytesOf(u16(source), u16(destination), u16(8 + payload.length), 0, 0, payload)
const icmp = (type: number, code = 0): Uint8Array =>
  bytesOf(type, code, 0, 0, '00010002 6162636465666768')
const sctp = (source: number, destination: number): Uint8Array =>
  bytesOf(u16(source), u16(destination), '00000001 00000000 0100 0014')

const TCP = 6
const UDP = 17

function overIp4(): Carried[] {
  const lone = (protocol: number, payload: Uint8Array, more: Partial<Ip> = {}): Carried =>
    ip4(payload, { protocol, ...more })
  return [
    ...[0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0x29, 0x00, 0xff, 0xc2].map((flags, index) =>
      lone(TCP, tcp(40_000 + index, 80, flags, flags === 0x18 ? 'GET / HTTP/1.1' : '')),
    ),
    ...[22, 443, 21, 20, 25, 0, 65535, 1024, 90].map((port) =>
      lone(TCP, tcp(port, 40_000, 0x10), { source: '10.0.0.2', destination: '10.0.0.1' }),
    ),
    lone(TCP, tcp(80, 80, 0x10)),
    lone(TCP, tcp(1025, 80, 0x18, 'GET /', [2, 4, 5, 0xb4, 1, 1, 1, 0]), {
      options: [0x94, 4, 0, 0],
      ttl: 1,
      id: 0xffff,
    }),
    ...[53, 67, 68, 123, 514, 6081, 161, 5353].map((port) =>
      lone(UDP, udp(port, 50_000 + port, bytesOf('0001 8180')), {
        source: '192.168.1.1',
        destination: '192.168.1.255',
      }),
    ),
    lone(UDP, udp(50_000, 53, bytesOf('1234 0100 0001')), {
      source: '172.16.0.1',
      destination: '8.8.8.8',
    }),
    lone(UDP, udp(68, 67), { source: '0.0.0.0', destination: '255.255.255.255' }),
    lone(UDP, udp(5353, 5353), { source: '10.0.0.3', destination: '224.0.0.251', ttl: 255 }),
    lone(UDP, udp(9, 9), { source: '127.0.0.1', destination: '127.0.0.1' }),
    lone(UDP, udp(53, 53), { source: '169.254.0.1', destination: '10.0.0.0' }),
    ...(
      [
        [8, 0],
        [0, 0],
        [3, 3],
        [3, 4],
        [11, 0],
        [5, 1],
        [13, 0],
        [9, 0],
      ] as const
    ).map(([type, code]) => lone(1, icmp(type, code))),
    lone(2, bytesOf('1100 0000 e0000001'), { destination: '224.0.0.1' }),
    ...[9, 47, 50, 89, 103, 112, 115, 255, 0].map((protocol) =>
      lone(protocol, bytesOf('2100 0001 0000 0050 0050 0000')),
    ),
    lone(51, bytesOf('06 04 0000 00000001 00000002 aabbccdd aabbccdd aabbccdd', tcp(1, 80, 2))),
    lone(132, sctp(5000, 6)),
    lone(132, sctp(80, 5000)),
    lone(TCP, tcp(40_000, 80, 2), { fragment: 0x2000 }),
    lone(TCP, tcp(80, 80, 2), { fragment: 0x2064 }),
    lone(UDP, udp(53, 53), { fragment: 0x0064 }),
    lone(1, icmp(8), { fragment: 0x2000 }),
    lone(1, icmp(8), { fragment: 0x00b9 }),
  ]
}

function overIp6(): Carried[] {
  const extension = (next: number, payload: Uint8Array, words = 0): Uint8Array =>
    bytesOf(next, words, new Uint8Array(6 + 8 * words), payload)
  return [
    ip6(tcp(40_000, 80, 0x02), TCP),
    ip6(tcp(443, 40_000, 0x12), TCP, '2001:db8::2', '2001:db8::1'),
    ip6(tcp(22, 22, 0x10), TCP, '2001:db8:0:1::5', 'fe80::1', 1),
    ip6(udp(50_000, 53), UDP),
    ip6(udp(5353, 5353), UDP, 'fe80::1', 'ff02::fb', 255),
    ip6(sctp(80, 5000), 132),
    ...[128, 129, 135, 136, 134, 133, 2, 1, 3].map((type) =>
      ip6(bytesOf(type, type === 1 ? 4 : 0, new Uint8Array(22)), 58, 'fe80::1', 'ff02::1'),
    ),
    ip6(
      extension(58, bytesOf('8f00 0000 0000 0001', new Uint8Array(20))),
      0,
      'fe80::2',
      'ff02::16',
      1,
    ),
    ip6(extension(43, extension(60, extension(TCP, tcp(1, 80, 2)), 1)), 0),
    ip6(bytesOf(UDP, 0, u16(0x0001), '00000001', udp(53, 53)), 44),
    ip6(bytesOf(58, 0, u16(0x0100), '00000001', icmp(128)), 44),
    ip6(bytesOf(TCP, 2, '0000 00000001 00000002 aabbccdd', tcp(1, 80, 2)), 51),
    ip6(new Uint8Array(0), 59),
    ip6(bytesOf('20000000'), 103),
    ip6(bytesOf('00000001'), 50),
  ]
}

function arp(operation: number, source: string, destination: string, type = 0x0806): Carried {
  return {
    type,
    bytes: bytesOf(
      '0001 0800 0604',
      u16(operation),
      '020000000001',
      quad(source),
      '000000000000',
      quad(destination),
    ),
  }
}

function isis(type: number): Carried {
  return { type: null, bytes: bytesOf('fe fe 03 83 1b 01 00', type, '010000', new Uint8Array(20)) }
}

function overLlc(): Carried[] {
  const frame = (hex: string): Carried => {
    return { type: null, bytes: bytesOf(hex, new Uint8Array(24)) }
  }
  return [
    ...[15, 16, 17, 18, 20, 24, 25, 26, 27].map(isis),
    ...[
      'fefe03 81',
      'fefe03 82',
      '424203 0000',
      'f0f003',
      'e0e003 ffff',
      'ffff 0022',
      '0606 03',
      'aaaa03 000000 0800 4500',
      'aaaa03 080007 809b',
      'aaaa03 000000 80f3',
      'aaaa03 000000 8137',
      'aaaa03 00000c 2000',
    ].map(frame),
    ...[
      'f0f1 0000',
      'f0f1 01 02',
      'f0f1 05 02',
      'f0f1 09 02',
      'f0f1 43',
      'f0f1 63',
      'f0f1 0f',
      'f0f1 7f',
      'f0f1 e3',
      'f0f1 bf',
      'f0f1 97',
      'f0f1 13',
    ].map(frame),
  ]
}

function otherTypes(): Carried[] {
  const decnet = (hex: string): Carried => {
    return { type: 0x6003, bytes: bytesOf('2a00', hex, new Uint8Array(24)) }
  }
  return [
    arp(1, '10.0.0.1', '10.0.0.2'),
    arp(2, '10.0.0.2', '10.0.0.1'),
    arp(1, '192.168.1.7', '192.168.1.1'),
    arp(3, '10.0.0.2', '10.0.0.2', 0x8035),
    decnet('02 0204 0f28'),
    decnet('81 02 0204 0f28'),
    decnet('06 0000 aa000400 0204 0000 aa000400 0f28'),
    decnet('81 06 0000 aa000400 0204 0000 aa000400 0f28'),
    ...[0x6001, 0x6002, 0x6004, 0x6007, 0x809b, 0x80f3, 0x8137, 0x9000, 0x88cc, 0x1234, 0x0600].map(
      (type) => {
        return { type, bytes: bytesOf(u16(type), '0100 0000 4500', new Uint8Array(30)) }
      },
    ),
  ]
}

const carry = (
  type: number,
  head: string,
  { type: inner, bytes }: Carried,
  withType = true,
): Carried => {
  return { type, bytes: bytesOf(head, withType ? u16(inner ?? bytes.length) : [], bytes) }
}

const ETHERNET = '020000000002 020000000001'

function tunnels(plain: readonly Carried[]): Carried[] {
  const vlan = (tag: number, inner: Carried, type = 0x8100): Carried =>
    carry(
      type,
      u16(tag)
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(''),
      inner,
    )
  const mpls = (labels: readonly number[], inner: Carried): Carried => {
    const stack = labels.flatMap((label, index) =>
      u32(((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64) >>> 0),
    )
    return { type: 0x8847, bytes: bytesOf(stack, inner.bytes) }
  }
  const ppp = new Map([
    [0x0800, 0x0021],
    [0x86dd, 0x0057],
    [0x8137, 0x002b],
  ])
  const pppoe = (session: number, inner: Carried): Carried => {
    return {
      type: 0x8864,
      bytes: bytesOf(
        '1100',
        u16(session),
        u16(inner.bytes.length + 2),
        u16(ppp.get(inner.type ?? 0) ?? 0xc021),
        inner.bytes,
      ),
    }
  }
  const geneve = (
    network: number,
    inner: Carried | Uint8Array,
    options = 0,
    version = 0,
  ): Uint8Array => {
    const [type, bytes] =
      inner instanceof Uint8Array ? [0x6558, inner] : [inner.type ?? 0, inner.bytes]
    return udp(
      50_000,
      6081,
      bytesOf(
        (version << 6) | options,
        0,
        u16(type),
        u32(network << 8),
        new Uint8Array(4 * options),
        bytes,
      ),
    )
  }
  const chosen = plain.filter((_, index) => index % 9 === 0)
  const frame = (inner: Carried): Uint8Array =>
    bytesOf(ETHERNET, u16(inner.type ?? inner.bytes.length), inner.bytes)
  const [first = arp(1, '10.0.0.1', '10.0.0.2')] = plain
  return [
    ...chosen.flatMap((inner, index) => [
      vlan([5, 7, 100, 0x2005, 0xfff][index % 5] ?? 5, inner),
      mpls(index % 2 === 0 ? [16] : [1000, 17], inner),
      pppoe(index % 3, inner),
    ]),
    vlan(5, vlan(7, first)),
    vlan(5, vlan(7, first), 0x88a8),
    vlan(100, vlan(5, first, 0x9100)),
    vlan(5, pppoe(1, first)),
    vlan(7, arp(1, '10.0.0.1', '10.0.0.2')),
    vlan(7, { type: null, bytes: bytesOf('424203', new Uint8Array(20)) }),
    mpls([16, 17, 18], first),
    { type: 0x8863, bytes: bytesOf('1109 0000 0004 01010000') },
    ...chosen
      .slice(0, 4)
      .flatMap((inner) => [
        ip4(geneve(5, frame(inner)), { protocol: UDP }),
        ip4(geneve(7, inner, 2), { protocol: UDP, options: [1, 1, 1, 0] }),
        ip6(geneve(5, frame(inner), 1), UDP),
      ]),
    ip4(geneve(5, frame(arp(1, '10.0.0.1', '10.0.0.2'))), { protocol: UDP }),
    ip4(geneve(5, frame(first), 0, 1), { protocol: UDP }),
    ip6(geneve(9, first), UDP),
  ]
}

/** All of them; none changes from run to run. */
export function packetVariety(): Carried[] {
  const plain = [...overIp4(), ...overIp6()]
  return [...plain, ...otherTypes(), ...overLlc(), ...tunnels(plain)]
}
