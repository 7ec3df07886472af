/**
 * Lines of iptables-save(8) that are plainly about other packets, known by the options that it prints first:
 * addresses, devices, the protocol and its ports, each a word of a plain form.
 */
import { type Glimpse, glance, otherAddresses, otherDevice, otherPort } from './glimpse.ts'

/** Options that may stand before, whatever they ask; as `iptables-rule.ts` reads them. */
const BEFORE = String.raw`(?:(?:! )?-[sdio] [^ "'\\!-][^ "'\\]* )*?`
/** Ports of the sender, whatever they are. */
const SOURCE_PORTS = String.raw`(?:(?:! )?--sport [\d:]+ )?`

/** The protocols whose names are told apart here. */
const PROTOCOLS: readonly string[] = ['tcp', 'udp', 'icmp', 'ipv6-icmp']

/** Words that ask for another protocol, or for another port of this one. */
function transport({ family, protocol, sourcePort, destinationPort }: Glimpse): readonly string[] {
  const own = protocol === 'icmp' && family === 6 ? 'ipv6-icmp' : protocol
  const others = `-p (?:${PROTOCOLS.filter((name) => name !== own).join('|')})`
  if (protocol === 'icmp') return [others]
  const ports = `-p ${own} -m ${own} `
  const list = (port: number): string => {
    const numbers = String.raw`(?:\d{1,5},)*`
    return String.raw`(?!${numbers}0*${port}[, ])${numbers}\d{1,5}`
  }
  return [
    others,
    ...(sourcePort === null ? [] : [`${ports}--sport ${otherPort(sourcePort)}`]),
    ...(destinationPort === null
      ? []
      : [
          `${ports}${SOURCE_PORTS}--dport ${otherPort(destinationPort)}`,
          `-p ${own} -m multiport --dports ${list(destinationPort)}`,
        ]),
  ]
}

const addresses = (option: string, text: string): readonly string[] =>
  otherAddresses(text).map(({ address, length }) => `${option} ${address}(?:/${length})?`)

const device = (option: string, name: string | null): readonly string[] =>
  name === null ? [] : [`${option} ${otherDevice(name)}`]

function pattern(glimpse: Glimpse): RegExp {
  const asked = [
    ...addresses('-s', glimpse.source),
    ...addresses('-d', glimpse.destination),
    ...device('-i', glimpse.inputDevice),
    ...device('-o', glimpse.outputDevice),
    ...transport(glimpse),
  ]
  return new RegExp(`^${BEFORE}(?:${asked.join('|')}) `)
}

/** Whether what follows `-A CHAIN` is plainly about other packets than this one. */
export const isOfOthers: (line: string, glimpse: Glimpse) => boolean = glance(pattern)
