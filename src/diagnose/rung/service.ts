/** Rung 7, on the server: the unit, script or container that stands for the service. */

import { shellWord } from '../../base/shell-word.ts'
import { cgroupOf } from '../../facts/cgroup.ts'
import { unit } from '../../facts/systemctl.ts'
import {
  type Check,
  pass,
  placeOn,
  type Ruling,
  skip,
  unitsUnanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import { remedy } from '../remedy.ts'
import { portListeners } from '../serving.ts'

/** The units that usually serve a port, where no process shows which. */
const USUAL_UNITS: Readonly<Record<number, readonly string[]>> = {
  21: ['vsftpd', 'proftpd', 'pure-ftpd'],
  22: ['ssh', 'sshd'],
  25: ['postfix', 'exim4'],
  53: ['bind9', 'named', 'unbound', 'dnsmasq'],
  80: ['nginx', 'apache2', 'httpd', 'caddy', 'haproxy'],
  443: ['nginx', 'apache2', 'httpd', 'caddy', 'haproxy'],
}

export const service: Check = {
  id: 'service.unit',
  layer: 7,
  question: 'Is the service active?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    if (inquiry.host.limits.units === 'machine')
      return unknown('units belong to the machine around this host')
    const { here, port } = await portListeners(witness, inquiry)
    const pid = here.flatMap(({ processes }) => processes)[0]?.pid
    const cgroup = pid ? await inquiry.ask(cgroupOf(pid)) : null
    const owner = cgroup?.known ? cgroup.value.unit : null
    const names = owner ? [owner] : here.length > 0 ? [] : (USUAL_UNITS[port] ?? [])
    const answers = await Promise.all(names.map((name) => inquiry.ask(unit(name))))
    const units = answers.flatMap((answer) =>
      answer.known && answer.value.loadState === 'loaded' ? [{ answer, unit: answer.value }] : [],
    )
    if (units.length === 0) {
      const [first] = answers
      return first && !first.known
        ? unitsUnanswered(inquiry, first)
        : skip(
            here.length > 0
              ? 'the process belongs to no unit'
              : 'no unit that usually serves this port is installed',
          )
    }
    const active = units.find(({ unit: { activeState } }) => activeState === 'active')
    if (active)
      return pass(
        `${active.unit.name} is ${active.unit.activeState} (${active.unit.subState})`,
        witnessed(inquiry, active.answer),
      )
    const down =
      units.find(({ unit: u }) => u.activeState === 'failed' || u.enabled === 'enabled') ?? units[0]
    if (!down) return skip('no unit')
    return stopped(
      inquiry,
      down.unit,
      port,
      Boolean(await witness.failing()),
      witnessed(inquiry, down.answer),
    )
  },
}

function stopped(
  inquiry: Inquiry,
  down: {
    name: string
    activeState: string
    subState: string
    restarts: number | null
    result: string | null
  },
  port: number,
  failed: boolean,
  evidence: ReturnType<typeof witnessed>,
): Ruling {
  const name = down.name.replace(/\.service$/, '')
  const crashing = (down.restarts ?? 0) > 2 || down.activeState === 'activating'
  const because = `the unit ${name} is ${down.activeState} (${down.subState})${down.result && down.result !== 'success' ? `, result ${down.result}` : ''}, and nothing listens on port ${port}`
  return {
    status: failed ? 'fail' : 'warn',
    summary: because,
    evidence,
    accuses: failed
      ? [
          {
            cause: crashing ? 'service.crash-loop' : 'service.stopped',
            side: 'server',
            weight: 'proven',
            because,
            place: placeOn(inquiry.host.name),
            remedies: [
              remedy({
                host: inquiry.host.name,
                command: `systemctl start ${shellWord(name)}`,
                why: because,
                undo: `systemctl stop ${shellWord(name)}`,
                persist: `systemctl enable ${shellWord(name)}`,
                turnsGreen: 'service.unit',
              }),
            ],
          },
        ]
      : [],
  }
}
