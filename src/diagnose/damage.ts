/**
 * What a cable or its plug does to frames: counters of damaged ones that grow while packets are lost,
 * and half duplex, a failed negotiation in which one end takes the other's frames for collisions
 * (IEEE 802.3 clause 28).
 */
import { shellWord } from '../base/shell-word.ts'
import { linkSettings } from '../facts/ethtool.ts'
import { damagedFrames, frameErrors } from '../facts/frame-errors.ts'
import { type Accusation, count, placeOn, sideOf, typed, witnessed } from './check.ts'
import type { Evidence } from './diagnosis.ts'
import type { Inquiry } from './host.ts'
import { relevant } from './relevant.ts'
import { remedy } from './remedy.ts'
import type { Witness } from './witness.ts'

/** Why a link is accused, and what shows it. */
export type Damage = {
  readonly accusation: Omit<Accusation, 'weight'>
  readonly evidence: readonly Evidence[]
}

/** Fewer damaged frames than this are chance. */
const FEW = 2

type Reading = { readonly inquiry: Inquiry; readonly device: string; readonly before: number }

/** Reads the counters of both ends; the answer tells whose have grown since. */
export async function watchDamage(witness: Witness): Promise<() => Promise<Damage | null>> {
  const ends = [witness.client, ...(witness.server ? [witness.server] : [])]
  const readings = await Promise.all(
    ends.map(async (inquiry): Promise<Reading[]> => {
      const { device } = await relevant(witness, inquiry)
      const known = device ? await inquiry.askAgain(frameErrors(device.name)) : null
      return device && known?.known
        ? [{ inquiry, device: device.name, before: damagedFrames(known.value) }]
        : []
    }),
  )
  return async () => {
    const grown = await Promise.all(readings.flat().map(growth))
    return grown.find((one) => one !== null) ?? null
  }
}

async function growth({ inquiry, device, before }: Reading): Promise<Damage | null> {
  const known = await inquiry.askAgain(frameErrors(device))
  const after = known.known ? damagedFrames(known.value) : before
  if (!known.known || after - before < FEW) return null
  const host = inquiry.host.name
  const because = `${device} of ${host} counted ${count(after - before, 'damaged frame')} meanwhile`
  const evidence: Evidence = {
    host,
    source: 'ip',
    command: typed(known.output.argv),
    lines: [because],
    delta: { name: `damaged frames of ${device}`, before, after },
  }
  return {
    accusation: {
      cause: 'physical.errors',
      side: sideOf(inquiry),
      because,
      place: placeOn(host, device),
    },
    evidence: [evidence],
  }
}

/** The link of `device` is in half duplex. */
export async function halfDuplex(inquiry: Inquiry, device: string): Promise<Damage | null> {
  const settings = await inquiry.ask(linkSettings(device))
  if (!settings.known || settings.value.duplex !== 'half') return null
  const host = inquiry.host.name
  return {
    accusation: {
      cause: 'physical.errors',
      side: sideOf(inquiry),
      because: `${device} of ${host} is in half duplex`,
      place: placeOn(host, device),
      remedies: [
        remedy({
          host,
          command: `ethtool -s ${shellWord(device)} autoneg on`,
          why: 'both ends agree on full duplex where both negotiate',
          risk: 'the link is down for a moment',
          undo: `ethtool -s ${shellWord(device)} autoneg off duplex half`,
          turnsGreen: 'link.traffic',
        }),
      ],
    },
    evidence: witnessed(inquiry, settings),
  }
}
