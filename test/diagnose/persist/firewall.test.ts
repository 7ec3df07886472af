import { expect, test } from 'vitest'
import { firewall } from '../../../src/diagnose/persist/firewall.ts'
import { asked } from './ask.ts'

const LS =
  'ls -d /etc/nftables.conf /etc/sysconfig/nftables.conf /etc/nftables.nft /usr/sbin/netfilter-persistent /etc/sysconfig/iptables /etc/init.d/iptables'
const INIT = 'ls -d /run/systemd/system /run/openrc /usr/sbin/update-rc.d /sbin/chkconfig'
const nft = {
  kind: 'firewall',
  backend: 'nft',
  deletes: 'tcp dport 443 counter packets 7 bytes 420 drop',
} as const
const outputs = {
  [LS]: '/etc/nftables.conf\n/usr/sbin/netfilter-persistent\n',
  [INIT]: '/run/systemd/system\n',
  'grep -rHns  /etc/nftables.conf': '/etc/nftables.conf:5:\t\ttcp dport 443  counter drop\n',
}

test('a rule of nft is taken out of the file where it stands, and the file is loaded at boot', async () => {
  expect(await asked(firewall, nft, outputs)).toBe(
    'sed -i 5d /etc/nftables.conf; systemctl enable nftables',
  )
})

test('a change that is no line of the file is made there by hand, or all is saved', async () => {
  expect(await asked(firewall, { ...nft, deletes: null }, outputs)).toContain(
    'make the same change in /etc/nftables.conf',
  )
})

test('the rules of iptables are saved by what loads them', async () => {
  const iptables = { ...nft, backend: 'iptables' } as const
  expect(await asked(firewall, iptables, outputs)).toBe('netfilter-persistent save')
  expect(await asked(firewall, iptables, { [LS]: '/etc/sysconfig/iptables\n' })).toBe(
    'service iptables save',
  )
  expect(await asked(firewall, iptables, {})).toBeNull()
})
