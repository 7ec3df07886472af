import { expect, test } from 'vitest'
import { addressRules } from '../../../src/report/redact/address.ts'
import { applyRules } from '../../../src/report/redact/rule.ts'

const redacted = (text: string): string => applyRules(addressRules(text), text)

test.for([
  ['with a length', '10.37.4.2/24 on 10.37.4.0/24', '10.0.0.1/24 on 10.0.0.0/24'],
  ['a network keeps its bits', '10.32.0.0/11 and 10.37.4.2', '10.0.0.0/11 and 10.4.0.1'],
  ['with a port', '45.1.2.3:80 [2a02:8071:1::1]:443', '192.0.2.1:80 [2001:db8:1::3]:443'],
  ['as tcpdump prints it', 'IP 45.1.2.3.443 > 45.1.2.9.53', 'IP 192.0.2.1.443 > 192.0.2.9.53'],
  [
    'of the sixth version before a colon',
    'from 2a02:8071:1::1: ttl=62',
    'from 2001:db8:1::3: ttl=62',
  ],
  ['of the sixth version behind a word', 'addr:2a02:8071:1::1,', 'addr:2001:db8:1::3,'],
  [
    'of the sixth version as tcpdump prints it',
    'IP6 2a02:8071:1::1.443 >',
    'IP6 2001:db8:1::3.443 >',
  ],
  ['with a port as ss prints it', '2a02:8071:1::1:52450', '2001:db8:1::3:52450'],
  ['with a short port', '2a02:8071:1::1 2a02:8071:1::1:443', '2001:db8:1::3 2001:db8:1::3:443'],
  ['at the end of a sentence', 'by 2a02:8071:1::1.', 'by 2001:db8:1::3.'],
  ['glued to a word', 'ip45.1.2.3', 'ip192.0.2.1'],
  ['with a zone', 'fe80::a8bb:ccff:fedd:eeff%eth0', 'fe80::1:1%eth0'],
  ['reversed', '3.2.1.45.in-addr.arpa', '1.2.0.192.in-addr.arpa'],
  ['as the kernel prints it', '0302012D:01BB 0100007F:0016', '010200C0:01BB 0100007F:0016'],
  [
    'in the table of routes',
    'eth0 0002012D 0102012D 0003 0 0 0 00FFFFFF 0',
    'eth0 000200C0 010200C0 0003 0 0 0 00FFFFFF 0',
  ],
  ['of the link', 'aa:bb:cc:dd:ee:ff ff:ff:ff:ff:ff:ff', '02:00:00:00:00:01 ff:ff:ff:ff:ff:ff'],
  ['of the link, with dashes', 'AA-BB-CC-DD-EE-FF', '02:00:00:00:00:01'],
  ['of a group of the link', '33:33:ff:12:34:56', '33:33:ff:00:00:01'],
] as const)('an address %s', ([, text, image]) => {
  expect(redacted(text)).toBe(image)
})

test.for(['09:00:00', '2026-11-21T09:00:00.000Z', '1.2.3', '999.1.1.1', 'a::b::c', 'std::string'])(
  '%s is no address',
  (text) => {
    expect(redacted(text)).toBe(text)
  },
)
