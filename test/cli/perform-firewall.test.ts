import { expect, test } from 'vitest'
import { Interrupted, parseInvocation, UsageError } from '../../src/cli/command.ts'
import { firewall, readFirewallRequest } from '../../src/cli/firewall.ts'
import {
  exitCodeOfFate,
  type FirewallParts,
  performFirewall,
} from '../../src/cli/perform-firewall.ts'
import { type Host, MACHINE } from '../../src/diagnose/host.ts'
import { type Outputs, scriptedHost } from '../diagnose/scene.ts'
import { surroundings } from './surroundings.ts'

const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500
    inet 10.0.0.1/24 scope global eth0
    inet6 2001:db8:1::1/64 scope global
`
const RULES = `table inet filter { # handle 1
	chain input { # handle 1
		type filter hook input priority filter; policy accept;
		tcp dport 25 drop # handle 4
	}
}
`
const HOST: Outputs = {
  'nft -a list ruleset': RULES,
  'iptables-save -c': '',
  'ip6tables-save -c': '',
  'ip -s address show': ADDRESSES,
  'ip -4 route show table all': 'default via 10.0.0.254 dev eth0\n10.0.0.0/24 dev eth0\n',
  'ip -6 route show table all': 'default via 2001:db8:1::fe dev eth0\n',
  'ip -4 rule show': '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n',
  'ip -6 rule show': '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n',
  'cat /etc/hosts': '127.0.0.1 localhost\n10.0.0.9 client.example\n',
}
const denied = { code: 1, stderr: 'Operation not permitted (you must be root)\n' }

type Given = {
  readonly outputs?: Outputs
  readonly files?: Readonly<Record<string, string>>
  readonly parts?: Partial<FirewallParts>
}

async function ask(words: string, { outputs = HOST, files = {}, parts = {} }: Given = {}) {
  const around = surroundings()
  const closed: string[] = []
  const given: FirewallParts = {
    openHost: async (spec): Promise<Host> => ({
      ...scriptedHost({ outputs, access: spec, limits: MACHINE }),
      close: async () => void closed.push(spec),
    }),
    resolve: async (name) => {
      if (name !== 'www.example') throw new Error('ENOTFOUND')
      return ['2001:db8::80', '192.0.2.80']
    },
    readText: async (path) => {
      const text = files[path]
      if (text === undefined) throw new Error('is not there')
      return text
    },
    ...parts,
  }
  const request = readFirewallRequest(parseInvocation(firewall, words.split(' ')))
  const progress = { show: () => {}, end: () => {} }
  const code = await performFirewall(request, around, progress, given)
  return { code, closed, ...around.written }
}

test('a host is asked, the packet is walked, and the rule is named', async () => {
  const { code, out, closed } = await ask('--to :25 --host ssh://root@www')
  expect(code).toBe(1)
  expect(out).toContain(' ssh://root@www: the packet is for itself')
  expect(out).toContain('✗ dropped')
  expect(out).toContain('inet filter input handle 4 drops it')
  expect(out).toContain('nft delete rule inet filter input handle 4')
  expect(closed).toEqual(['ssh://root@www'])
})

test('as JSON, it is one object', async () => {
  const { code, out } = await ask('--to :443 --json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    schema: 'rungs.firewall/1',
    source: { host: 'local', files: [] },
    there: { verdict: 'accepted', course: 'input' },
    reply: { verdict: 'accepted' },
  })
})

test('a name is looked up in the hosts file of the host, else by the resolver here, in the family of the other end', async () => {
  const own = await ask('--from client.example --to :25')
  expect(own.out).toContain('tcp 10.0.0.9 → 10.0.0.1:25')
  expect(own.out).toContain('client.example is 10.0.0.9 (by its /etc/hosts)')
  const four = await ask('--to www.example:25')
  expect(four.out).toContain('www.example is 192.0.2.80, and 1 more (by the resolver of this')
  const six = await ask('--to www.example:25 -6')
  expect(six.out).toContain('→ [2001:db8::80]:25')
  await expect(ask('--to nowhere.example:25')).rejects.toThrow(
    new UsageError('nowhere.example has no address that is known here; give the address itself'),
  )
  await expect(ask('--from client.example --to [2001:db8:1::1]:25')).rejects.toThrow(
    'client.example has no IPv6 address, but 10.0.0.9',
  )
})

test('an address that stands for any is said', async () => {
  expect((await ask('--to :25')).out).toContain('203.0.113.77 stands for any address that no rule')
})

test('files are read in place of a host, and what is wrong with them is said', async () => {
  const files = {
    'rules.nft': RULES,
    '-': '*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 25\nCOMMIT\n',
    junk: 'hello',
    cut: `${RULES}table ip x {\n chain`,
  }
  const both = await ask('--in eth0 --to :80 --file rules.nft --file -', { files })
  expect(both.code).toBe(1)
  expect(both.out).toContain('tcp any → :80 (http), in by eth0')
  expect(both.out).toContain('rules.nft, stdin: the packet is for itself')
  expect(both.out).toContain('inet filter input handle 4 drops it')
  await expect(ask('--to :25 --file none', { files })).rejects.toThrow(
    new UsageError('none is not there'),
  )
  await expect(ask('--to :25 --file junk', { files })).rejects.toThrow(
    /^junk, line 1: "hello" is no line/,
  )
  await expect(ask('--from 10.0.0.9 --to 10.0.0.1:25 --file rules.nft', { files })).rejects.toThrow(
    /add --in IF/,
  )
})

test('what of a listing is not understood is said', async () => {
  const objects = Array.from({ length: 5 }, (_, at) => ({ warp: { name: `w${at}` } }))
  const files = { f: JSON.stringify({ nftables: objects }) }
  const { code, out } = await ask('--to :443 --file f', { files })
  expect(code).toBe(0)
  expect(out.replace(/\s+/g, ' ')).toContain(
    'not understood, and left out: `warp w0`, `warp w1`, `warp w2` and 2 more',
  )
})

test('rules that may not be read are no rules that let pass', async () => {
  const outputs = {
    ...HOST,
    'nft -a list ruleset': denied,
    'iptables-save -c': denied,
    'ip6tables-save -c': denied,
  }
  const none = await ask('--to :443', { outputs })
  expect(none.code).toBe(3)
  expect(none.out).toBe('')
  expect(none.err).toMatch(/^rungs: the rules of this host are not known: .*you must be root/)
  const half = await ask('--to :443', { outputs: { ...HOST, 'iptables-save -c': denied } })
  expect(half.code).toBe(3)
  expect(half.out).toContain('by the rules that could be read it is accepted, but not all could')
})

test('a host without any tool for rules cannot be known, and what it needs is said', async () => {
  const { code, err } = await ask('--to :443', { outputs: {} })
  expect(code).toBe(3)
  expect(err).toContain(
    'nft is not installed (needs nftables); iptables-save is not installed (needs iptables)',
  )
})

test('how the host keeps what is changed is said once for each tool', async () => {
  const outputs = {
    ...HOST,
    'ls -d /etc/nftables.conf /etc/sysconfig/nftables.conf /etc/nftables.nft /usr/sbin/netfilter-persistent /etc/sysconfig/iptables /etc/init.d/iptables':
      '/etc/nftables.conf\n/usr/sbin/netfilter-persistent\n',
  }
  const { out } = await ask('--to :443 --json', { outputs })
  expect(JSON.parse(out).keeps).toEqual([
    { tool: 'nft', how: expect.stringContaining('in /etc/nftables.conf') },
    { tool: 'iptables', how: 'netfilter-persistent save' },
  ])
})

test('a tool that is not installed has no rules to hide, and it is said', async () => {
  const { 'iptables-save -c': _, ...outputs } = HOST
  const { code, out } = await ask('--to :443', { outputs })
  expect(code).toBe(0)
  expect(out).toContain('iptables-save is not installed')
  expect(out).toContain('(needs iptables)')
})

test('a host that cannot be meant is refused', async () => {
  await expect(
    ask('--to :25', { parts: { openHost: async () => ({ error: 'no such way' }) } }),
  ).rejects.toThrow(new UsageError('no such way'))
})

test('the wish to stop ends it', async () => {
  const around = surroundings()
  around.controller.abort()
  const request = readFirewallRequest(parseInvocation(firewall, ['--to', ':25', '--file', '-']))
  const parts = { readText: () => new Promise<string>(() => {}) } as unknown as FirewallParts
  const progress = { show: () => {}, end: () => {} }
  await expect(performFirewall(request, around, progress, parts)).rejects.toThrow(Interrupted)
})

test('a host that never tells is given up', async () => {
  const around = surroundings()
  const request = {
    ...readFirewallRequest(parseInvocation(firewall, ['--to', ':25', '--file', '-'])),
    timeoutMs: 5,
  }
  const parts = { readText: () => new Promise<string>(() => {}) } as unknown as FirewallParts
  const progress = { show: () => {}, end: () => {} }
  expect(await performFirewall(request, around, progress, parts)).toBe(3)
  expect(around.written.err).toMatch(/within 0\.005 s/)
})

test.for([
  ['accepted', 0],
  ['redirected', 0],
  ['dropped', 1],
  ['rejected', 1],
  ['unknown', 3],
] as const)('%s ends with %i', ([verdict, code]) => {
  expect(exitCodeOfFate(verdict)).toBe(code)
})
