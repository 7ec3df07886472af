/**
 * Radios and what blocks them, as rfkill(8) of util-linux prints it: `-J`, or the text of
 * `rfkill list`, which busybox prints as well.
 */
import { saysNoSuchFile } from './no-such-file.ts'
import type { Output, Question } from './source.ts'

/** A radio switch of the kernel. */
export type Radio = {
  readonly index: number
  /** `phy0`, `hci0`, `tpacpi_wlan_sw` … */
  readonly name: string
  /** rfkill's short name: `wlan`, `bluetooth`, `wwan` … */
  readonly type: string
  /** Blocked by software: `rfkill unblock` lifts it. */
  readonly softBlocked: boolean
  /** Blocked by a switch or key of the machine. */
  readonly hardBlocked: boolean
}

/** The long names of the list, from util-linux' table. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['Wireless LAN', 'wlan'],
  ['Bluetooth', 'bluetooth'],
  ['Ultra-Wideband', 'uwb'],
  ['WiMAX', 'wimax'],
  ['Wireless WAN', 'wwan'],
  ['GPS', 'gps'],
  ['FM', 'fm'],
  ['NFC', 'nfc'],
])

type JsonRow = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is JsonRow => typeof value === 'object' && value !== null

/** The array has had several names (`""`, `rfkilldevices`), so the only one is taken. */
function parseJson(output: Output): readonly Radio[] | null {
  let document: unknown
  try {
    document = JSON.parse(output.stdout)
  } catch {
    return saysNoSuchFile(output) ? [] : null
  }
  if (!isRow(document)) return null
  const rows = Object.values(document).find(Array.isArray)
  if (rows === undefined) return null
  if (output.code !== 0 && !saysNoSuchFile(output)) return null
  return rows.filter(isRow).flatMap((row) => {
    const index = typeof row.id === 'object' ? Number.NaN : Number(row.id)
    if (!Number.isInteger(index) || typeof row.device !== 'string') return []
    return [
      {
        index,
        name: row.device,
        type: typeof row.type === 'string' ? row.type : '',
        softBlocked: row.soft === 'blocked',
        hardBlocked: row.hard === 'blocked',
      },
    ]
  })
}

const HEAD = /^(\d+): (\S+): (\S.*)$/
const BLOCK = /^\s+(Soft|Hard) blocked: (yes|no)\b/

function parseList(output: Output): readonly Radio[] | null {
  const radios: { -readonly [field in keyof Radio]: Radio[field] }[] = []
  let blocks = 0
  for (const line of output.stdout.split(/\r?\n/)) {
    const [, index, name, type] = HEAD.exec(line) ?? []
    if (index !== undefined && name !== undefined && type !== undefined) {
      const short = TYPES.get(type.trim()) ?? type.trim().toLowerCase()
      const blocked = { softBlocked: false, hardBlocked: false }
      radios.push({ index: Number(index), name, type: short, ...blocked })
      continue
    }
    const [, kind, state] = BLOCK.exec(line) ?? []
    const radio = radios.at(-1)
    if (kind === undefined || radio === undefined) continue
    blocks++
    if (kind === 'Soft') radio.softBlocked = state === 'yes'
    else radio.hardBlocked = state === 'yes'
  }
  if (blocks > 0) return radios
  const nothing = output.stdout.trim() === '' && output.stderr.trim() === '' && output.code === 0
  return nothing || saysNoSuchFile(output) ? [] : null
}

/** The radios of the machine. A kernel without /dev/rfkill blocks none: the list is empty. */
export const radios: Question<readonly Radio[]> = {
  name: 'the radios and what blocks them',
  sources: [
    { argv: ['rfkill', '-J'], package: 'rfkill', parse: parseJson },
    { argv: ['rfkill', 'list', 'all'], package: 'rfkill', parse: parseList },
  ],
}
