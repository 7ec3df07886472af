/** A server whose counters grow during a trial, as recorded or as a test says. */
import { type Given, type Outputs, recorded } from '../scene.ts'

/** What the interfaces of the server counted just before and just after the trial. */
export const ADDRESSES: string = 'ip -j -s -d address show'
export const TRAFFIC: readonly Given[] = (
  recorded('dropped-server')[ADDRESSES] as readonly Given[]
).slice(1)

/** Counters of the kernel, as /proc prints them, with these values. */
export const COUNTERS: string = 'cat /proc/net/snmp /proc/net/snmp6 /proc/net/netstat'
const counters = (values: Readonly<Record<string, number>>): string => {
  const of = (group: string) =>
    Object.entries(values).filter(([name]) => name.startsWith(`${group}:`))
  return ['Ip', 'Tcp', 'TcpExt', 'IpExt']
    .map((group) => {
      const rows = of(group)
      return `${group}: ${rows.map(([name]) => name.split(':')[1]).join(' ')}\n${group}: ${rows.map(([, value]) => value).join(' ')}\n`
    })
    .join('')
}
const zero = {
  'Ip:InReceives': 0,
  'Ip:InDelivers': 0,
  'Ip:InAddrErrors': 0,
  'Ip:OutNoRoutes': 0,
  'Tcp:InSegs': 0,
  'Tcp:OutRsts': 0,
  'Tcp:InCsumErrors': 0,
  'IpExt:InCsumErrors': 0,
  'TcpExt:ListenOverflows': 0,
  'TcpExt:ListenDrops': 0,
  'TcpExt:IPReversePathFilter': 0,
}

/** A server whose counters grow so during the trial. */
export const growing = (after: Readonly<Record<string, number>>, more: Outputs = {}): Outputs => ({
  ...recorded('healthy-server'),
  ...recorded('dropped-server'),
  ...more,
  [COUNTERS]: [counters(zero), counters({ ...zero, ...after })],
})
