import { describe, expect, test } from 'vitest'
import { MACHINE, NAMESPACE } from '../../../src/diagnose/host.ts'
import { inquire } from '../../../src/diagnose/inquiry.ts'
import { keepRemedies } from '../../../src/diagnose/persist/persist.ts'
import { addRoute, remedy } from '../../../src/diagnose/remedy.ts'
import { transcript } from '../../facts/data.ts'
import { inFakeTime, type Outputs, scriptedHost } from '../scene.ts'

const route = addRoute('client', 4, '203.0.113.0/24', '192.0.2.9', 'eth0', 'route.target')
const kept = async (outputs: Outputs, limits = MACHINE) => {
  const host = scriptedHost({ outputs, limits })
  const [first] = await keepRemedies([route], [inquire(host)])
  return { persist: first?.persist, first, ran: host.ran }
}
const interfaces = {
  'grep -rHns  /etc/network/interfaces /etc/network/interfaces.d':
    transcript('network-interfaces.txt'),
}

describe('a remedy is kept', () => {
  test('by what the host runs, and what was meant is not printed', async () => {
    const { persist, first } = await kept(interfaces)
    expect(persist).toContain('up ip route replace 203.0.113.0/24')
    expect(first).not.toHaveProperty('keep')
  })

  test('by NetworkManager where it owns the device, whatever ifupdown says', async () => {
    const nmcli = {
      'nmcli -t -f DEVICE,STATE,CONNECTION device status': 'eth0:connected:Wired 1\n',
    }
    expect((await kept({ ...interfaces, ...nmcli })).persist).toBe(
      "nmcli connection modify 'Wired 1' +ipv4.routes '203.0.113.0/24 192.0.2.9'",
    )
  })

  test('by nobody that was found, and then it is said what was looked for', async () => {
    const { persist } = await kept({})
    expect(persist).toContain(
      'looked for netplan, NetworkManager, systemd-networkd, /etc/network/interfaces',
    )
  })

  test('by what makes the namespace, which is not asked anything', async () => {
    const { persist, ran } = await kept(interfaces, NAMESPACE)
    expect(persist).toContain('namespace keeps nothing')
    expect(ran).toEqual([])
  })

  test('as it says where nothing has to be found out', async () => {
    const plain = remedy({
      host: 'client',
      command: 'true',
      why: 'so',
      turnsGreen: 'x',
      persist: 'by itself',
    })
    expect(await keepRemedies([plain], [])).toEqual([plain])
  })

  test('in no more time than there is', async () => {
    const slow = { ...scriptedHost({ limits: MACHINE }), run: () => new Promise<never>(() => {}) }
    const [first] = await inFakeTime(() => keepRemedies([route], [inquire(slow)]))
    expect(first?.persist).toContain('not be found out in time')
  })
})
