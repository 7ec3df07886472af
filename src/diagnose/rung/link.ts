/** Rung 2: is the interface up, has it traffic and errors? */
import {
  type Check,
  count,
  pass,
  placeOn,
  sideOf,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import { halfDuplex } from '../damage.ts'
import { isLoopback, relevant } from '../relevant.ts'
import { bringUp } from '../remedy.ts'

export const state: Check = {
  id: 'link.state',
  layer: 2,
  question: 'Is the interface up?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const { device, links } = await relevant(witness, inquiry)
    const down = links.filter((link) => !isLoopback(link) && !link.up)
    const lines = (device ? [device] : down).map(
      (link) => `${link.name} ${link.up ? link.operState : 'DOWN'} <${link.flags.join(',')}>`,
    )
    if (device?.up) {
      const rest =
        down.length > 0 ? `; not in use and down: ${down.map((l) => l.name).join(', ')}` : ''
      return pass(`${device.name} is up${rest}`, witnessed(inquiry, known, lines))
    }
    const loopback = links.find(isLoopback)
    if (!device && down.length === 0) {
      if (loopback && !loopback.up) return { status: 'warn', summary: 'loopback is down' }
      return links.some((link) => !isLoopback(link))
        ? pass('every interface is up')
        : skip('no interface')
    }
    // An interface that keeps its addresses was meant to be used; else it must be the only one.
    const addressed = down.filter((link) =>
      link.addresses.some(({ family }) => family === 4 || !isLoopback(link)),
    )
    const suspects = device ? [device] : addressed.length > 0 ? addressed : down
    const sure =
      device !== null || addressed.length === 1 || links.filter((l) => !isLoopback(l)).length === 1
    return {
      status: sure ? 'fail' : 'warn',
      summary: `${suspects.map((l) => l.name).join(', ')} is down`,
      evidence: witnessed(inquiry, known, lines),
      accuses: suspects.map((link) => ({
        cause: 'link.down' as const,
        side: sideOf(inquiry),
        weight: sure ? ('proven' as const) : ('likely' as const),
        because: `${link.name} of ${inquiry.host.name} is administratively down (no flag UP)`,
        place: placeOn(inquiry.host.name, link.name),
        remedies: [bringUp(inquiry.host.name, link.name)],
      })),
    }
  },
}

export const traffic: Check = {
  id: 'link.traffic',
  layer: 2,
  question: 'Has there been traffic, and were there errors?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const { device } = await relevant(witness, inquiry)
    if (!device) return skip('no interface is in use')
    const { received, sent, name } = device
    if (!received || !sent) return unknown(`no counters of ${name} could be read`)
    const errors = received.errors + sent.errors
    const text = `${name}: ${count(received.packets, 'packet')} in, ${count(sent.packets, 'packet')} out, ${count(errors, 'error')}, ${received.dropped + sent.dropped} dropped`
    const evidence = witnessed(inquiry, known, [text])
    const total = received.packets + sent.packets
    const damaged = received.physicalErrors + sent.physicalErrors
    if (damaged > 10 && damaged > total / 1000)
      return {
        status: 'warn',
        summary: `${text}; ${damaged} of them damaged frames`,
        evidence,
        accuses: [
          {
            cause: 'physical.errors',
            side: sideOf(inquiry),
            weight: 'possible',
            because: `${damaged} frames of ${name} were damaged`,
            place: placeOn(inquiry.host.name, name),
            remedies: [],
          },
        ],
      }
    const isFailing = witness.target !== null && (await witness.failing()) !== null
    const half = isFailing ? await halfDuplex(inquiry, name) : null
    if (half)
      return {
        status: 'warn',
        summary: `${text}; ${half.accusation.because}`,
        evidence: half.evidence,
        accuses: [{ ...half.accusation, weight: 'possible' }],
      }
    return errors > 10 && errors > total / 1000
      ? { status: 'warn', summary: text, evidence }
      : pass(text, evidence)
  },
}
