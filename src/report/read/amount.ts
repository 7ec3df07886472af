/** Amounts as people read them in a narrow column: bytes, durations, counts. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `0 B`, `999 B`, `1.5 kB`, `12 MB`: decimal units (IEC 80000-13), two digits where the first is small. */
export function describeBytes(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`
}

const MICROSECOND_NS = 1e3
const MILLISECOND_NS = 1e6
const SECOND_NS = 1e9

const threeDigits = (value: number): string =>
  value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)

/** `0 s`, `12.3 µs`, `4.56 ms`, `60.1 s`, `3 min 20 s`, `2 h 5 min`; less than nothing is told as it is. */
export function describeDuration(ns: number): string {
  if (ns < 0) return `-${describeDuration(-ns)}`
  if (ns === 0) return '0 s'
  if (ns < 999.5 * MICROSECOND_NS) return `${threeDigits(ns / MICROSECOND_NS)} µs`
  if (ns < 999.5 * MILLISECOND_NS) return `${threeDigits(ns / MILLISECOND_NS)} ms`
  const seconds = ns / SECOND_NS
  if (seconds < 119.5) return `${threeDigits(seconds)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  if (minutes < 120) return `${minutes} min ${Math.round(seconds) % 60} s`
  return `${Math.floor(Math.round(seconds / 60) / 60)} h ${Math.round(seconds / 60) % 60} min`
}

/** `1 packet`, `2 packets`: a count and what is counted, whose plural only adds an s. */
export const describeCount = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** `1,234,567` */
export const formatCount = (count: number): string =>
  String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
