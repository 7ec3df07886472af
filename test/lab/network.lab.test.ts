import { afterAll, beforeAll, expect, test } from 'vitest'
import { inNewWorld } from '../../src/lab/world.ts'
import { type Bundle, bundleLab, tell } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

/** Uses the lab with tools that know nothing of it, and takes it down; prints what is left. */
const script = (lab: string, authority: string): string => `
PATH=$PATH:/usr/sbin:/sbin
mounts() { grep -c nsfs /proc/self/mountinfo; }
before=$(mounts)
${lab} up >/dev/null || exit 9
on() { node=$1; shift; ip netns exec rungs-$node "$@"; }
for address in 203.0.113.80 2001:db8:0:80::80 203.0.113.81 192.0.2.200; do
  on client ping -q -c 1 -W 1 $address | grep -o '1 received'
done
for family in 4 6; do
  on client curl -sS -$family --cacert ${authority} -o /dev/null -w "%{http_code}\\n" https://www.lab.example/
done
on client curl -sS --cacert ${authority} -o /dev/null -w "%{http_code}\\n" https://www2.lab.example/
on client dig +short www.lab.example AAAA
on client dig +short lab.example MX
on client getent hosts www.lab.example | tr -s ' '
on client curl -sS ftp://ftp.lab.example/
on client nc -w 1 ssh.lab.example 22 </dev/null | head -n 1
on client traceroute -n -q 1 -w 1 203.0.113.80 2>/dev/null | awk '/^ /{print "hop", $2}'
echo down
${lab} down
ip netns list
find /etc/netns /run/netns /run/rungs-lab -mindepth 1 2>/dev/null
ps -e -o args= | grep 'lab [s]erve'
echo "mounts: $(($(mounts) - before)) more"
`

test.for(['root', 'nobody'] as const)(
  'as %s: built, everybody answers, removed without a trace',
  (user) => {
    const lab = `${bundle.program.join(' ')} lab`
    // Without the mark of a private world this is what root has on the machine itself.
    const inside = ['sh', '-c', script(lab, `${bundle.directory}/lab/tls/ca.pem`)]
    const { stdout, stderr, code } = tell(inNewWorld(user === 'root', inside), user)
    const [used = '', left] = stdout.split('down\n')
    expect(stderr).toBe('')
    expect(used.match(/1 received/g)).toHaveLength(4)
    expect(used.match(/^200$/gm)).toHaveLength(3)
    expect(used).toContain('2001:db8:0:80::80\n10 mail.lab.example.\n')
    expect(used).toMatch(/^2001:db8:0:80::80 www\.lab\.example/m)
    expect(used).toContain('hello.txt')
    expect(used).toContain('SSH-2.0-')
    if (used.includes('hop'))
      expect(used.match(/^hop .*/gm)).toEqual([
        'hop 192.0.2.1',
        'hop 198.51.100.2',
        'hop 203.0.113.80',
      ])
    expect(left).toBe('the lab is gone\nmounts: 0 more\n')
    expect(code).toBe(0)
  },
)
