/**
 * Speed, duplex and carrier of an Ethernet link: ethtool(8), else the files `speed` and `duplex`
 * of sysfs (Documentation/ABI/testing/sysfs-class-net), which cannot be read while the link is down.
 */
import type { Output, Question } from './source.ts'

/** What two ends of a cable agreed on; null is unknown, as it is without a carrier. */
export type LinkSettings = {
  readonly speedMbps: number | null
  readonly duplex: 'full' | 'half' | null
  readonly autonegotiation: boolean | null
  readonly linkDetected: boolean | null
}

/** SPEED_UNKNOWN of linux/ethtool.h is -1, which older tools print unsigned. */
const UNKNOWN_UNSIGNED = [0xffff, 0xffff_ffff]

function speedOf(text: string | undefined): number | null {
  const [, digits] = /^(\d{1,10})(?:Mb\/s)?$/.exec(text ?? '') ?? []
  const speed = Number(digits ?? 0)
  return speed === 0 || UNKNOWN_UNSIGNED.includes(speed) ? null : speed
}

function duplexOf(text: string | undefined): 'full' | 'half' | null {
  const word = text?.toLowerCase()
  return word === 'full' || word === 'half' ? word : null
}

const switchOf = (text: string | undefined, on: string, off: string): boolean | null =>
  text?.startsWith(on) ? true : text?.startsWith(off) ? false : null

const FIELD = /^\s+(Speed|Duplex|Auto-negotiation|Link detected): (\S.*)$/

function parseSettings({ stdout }: Output): LinkSettings | null {
  const lines = stdout.split(/\r?\n/)
  if (!lines.some((line) => line.startsWith('Settings for '))) return null
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, field, value] = FIELD.exec(line) ?? []
    if (field !== undefined && value !== undefined) fields.set(field, value.trim())
  }
  if (fields.size === 0) return null
  return {
    speedMbps: speedOf(fields.get('Speed')),
    duplex: duplexOf(fields.get('Duplex')),
    autonegotiation: switchOf(fields.get('Auto-negotiation'), 'on', 'off'),
    linkDetected: switchOf(fields.get('Link detected'), 'yes', 'no'),
  }
}

/** Two lines, the speed in Mb/s and the duplex; either is missing where the driver has none. */
function parseFiles({ stdout }: Output): LinkSettings | null {
  const words = stdout.trim().split(/\s+/, 3)
  if (words.length > 2 || !words.every((word) => /^(?:-?\d+|full|half|unknown)$/.test(word)))
    return null
  return {
    speedMbps: speedOf(words.find((word) => /^\d/.test(word))),
    duplex: duplexOf(words.find((word) => /^[fh]/.test(word))),
    autonegotiation: null,
    linkDetected: null,
  }
}

/** Speed, duplex, negotiation and carrier of `device`. */
export const linkSettings = (device: string): Question<LinkSettings> => ({
  name: `the speed and duplex of ${device}`,
  sources: [
    { argv: ['ethtool', device], package: 'ethtool', parse: parseSettings },
    {
      argv: ['cat', `/sys/class/net/${device}/speed`, `/sys/class/net/${device}/duplex`],
      package: 'coreutils',
      parse: parseFiles,
    },
  ],
})
