import { expect, test } from 'vitest'
import { sysctl } from '../../../src/diagnose/persist/sysctl.ts'
import { asked } from './ask.ts'

const GREP =
  'grep -rHns ^[^#;] /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d'
const intent = { kind: 'sysctl', name: 'net.ipv4.ip_forward', value: '1' } as const

test.for([
  ['', "printf '%s\\n' 'net.ipv4.ip_forward = 1' >> /etc/sysctl.d/90-rungs.conf"],
  [
    '/etc/sysctl.d/99-a.conf:4:net.ipv4.ip_forward=0\n',
    "sed -i '4c\\net.ipv4.ip_forward = 1' /etc/sysctl.d/99-a.conf",
  ],
  [
    '/etc/sysctl.d/99-a.conf:4:net.ipv4.ip_forward=1\n',
    '/etc/sysctl.d/99-a.conf says net.ipv4.ip_forward = 1 already',
  ],
  [
    '/usr/lib/sysctl.d/99-a.conf:4:net.ipv4.ip_forward=0\n',
    "printf '%s\\n' 'net.ipv4.ip_forward = 1' >> /etc/sysctl.d/zz-rungs.conf",
  ],
] as const)('where %j is set', async ([text, words]) => {
  expect(await asked(sysctl, intent, { [GREP]: text })).toBe(words)
})
