/**
 * Frames that a link damaged, by the counters of rtnl_link_stats64 (include/uapi/linux/if_link.h):
 * `ip -s -s link` in JSON (ip/ipaddress.c of iproute2), else the files of sysfs that hold the same
 * (Documentation/ABI/testing/sysfs-class-net-statistics).
 */
import { numberOf, parseRecords, recordOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

export type FrameErrors = {
  /** Frames that came with a wrong check sum. */
  readonly crc: number
  /** Frames that came misaligned. */
  readonly frame: number
  /** Frames that were sent while the carrier was lost. */
  readonly carrier: number
}

/** All damaged frames together. */
export const damagedFrames = ({ crc, frame, carrier }: FrameErrors): number => crc + frame + carrier

/** The counters of the one interface that `ip -j -s -s link show dev IF` printed. */
export function parseFrameErrors(text: string): FrameErrors | null {
  const record = parseRecords(text)?.[0]
  if (!record) return null
  const stats = recordOf(record, 'stats64' in record ? 'stats64' : 'stats')
  const crc = numberOf(recordOf(stats, 'rx'), 'crc_errors')
  const frame = numberOf(recordOf(stats, 'rx'), 'frame_errors')
  const carrier = numberOf(recordOf(stats, 'tx'), 'carrier_errors')
  return crc === null || frame === null || carrier === null ? null : { crc, frame, carrier }
}

const FILES = ['rx_crc_errors', 'rx_frame_errors', 'tx_carrier_errors'] as const

/** Three lines with a number each. */
function parseFiles(text: string): FrameErrors | null {
  const lines = text.trim().split('\n')
  if (lines.length !== FILES.length || !lines.every((line) => /^\d{1,20}$/.test(line))) return null
  const [crc = 0, frame = 0, carrier = 0] = lines.map(Number)
  return { crc, frame, carrier }
}

/** The damaged frames of `device` since it exists. */
export const frameErrors = (device: string): Question<FrameErrors> => ({
  name: `the damaged frames of ${device}`,
  sources: [
    {
      argv: ['ip', '-j', '-s', '-s', 'link', 'show', 'dev', device],
      package: 'iproute2',
      parse: (output: Output) => (succeeded(output) ? parseFrameErrors(output.stdout) : null),
    },
    {
      argv: ['cat', ...FILES.map((name) => `/sys/class/net/${device}/statistics/${name}`)],
      package: 'coreutils',
      parse: (output: Output) => (succeeded(output) ? parseFiles(output.stdout) : null),
    },
  ],
})
