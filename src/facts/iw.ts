/**
 * Wi-Fi as iw(8) shows it: the interfaces (`iw dev`), the access point that one is joined to
 * (`iw dev IF link`) and the networks that the kernel heard last (`iw dev IF scan dump`, which
 * transmits nothing). iw has no machine format and says that its text may change; the fields read
 * here have been the same since version 3.
 */
import { type Output, type Question, succeeded } from './source.ts'
import { parseSsid } from './ssid.ts'

/** A Wi-Fi interface. */
export type WifiInterface = {
  readonly phy: string
  readonly name: string
  /** `managed`, `AP`, `monitor` …; null where the list was shortened. */
  readonly type: string | null
  /** The network it is joined to or offers. */
  readonly ssid: string | null
  readonly channel: number | null
}

/** What a station is joined to; every other field is null when it is not connected. */
export type WifiLink = {
  readonly connected: boolean
  readonly bssid: string | null
  readonly ssid: string | null
  readonly frequencyMhz: number | null
  readonly signalDbm: number | null
  readonly rxBitrateMbps: number | null
  readonly txBitrateMbps: number | null
}

/** A network that was heard. */
export type WifiNetwork = {
  readonly bssid: string
  /** Null for a hidden network. */
  readonly ssid: string | null
  readonly frequencyMhz: number | null
  readonly signalDbm: number | null
  /** True where frames are encrypted (WEP, WPA …). */
  readonly privacy: boolean
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] }

const PHY = /^phy#(\d+)(?:\s+Interface ([^\s.]\S*))?/
const INTERFACE = /^\s+Interface (\S+)/
/** `\t\ttype managed`, in the list of interfaces. */
const PROPERTY = /^\s+(ssid|type|channel) (\S.*)$/
/** `\trx bitrate: 65.0 MBit/s`, of a link or a network. */
const FIELD = /^\s+(SSID|freq|signal|capability|[rt]x bitrate): (\S.*)$/

const unnamed = (phy: string, name: string): Mutable<WifiInterface> => ({
  phy,
  // A shortened list ends its lines in three dots.
  name: name.replace(/\.\.\.$/, ''),
  type: null,
  ssid: null,
  channel: null,
})

function parseInterfaces(output: Output): readonly WifiInterface[] | null {
  let phy: string | null = null
  let current: Mutable<WifiInterface> | null = null
  const interfaces: Mutable<WifiInterface>[] = []
  for (const line of output.stdout.split(/\r?\n/)) {
    const [, number, beside] = PHY.exec(line) ?? []
    if (number !== undefined) phy = `phy${number}`
    const name = beside ?? INTERFACE.exec(line)?.[1]
    if (phy !== null && name !== undefined) {
      current = unnamed(phy, name)
      interfaces.push(current)
    } else if (number !== undefined || line.includes('Unnamed/non-netdev')) current = null
    else if (current !== null) {
      const [, field, value = ''] = PROPERTY.exec(line) ?? []
      if (field === 'ssid') current.ssid = parseSsid(value)
      else if (field === 'type') current.type = value.trim()
      else if (field === 'channel') current.channel = Number.parseInt(value, 10) || null
    }
  }
  if (phy !== null) return interfaces
  return succeeded(output) && output.stdout.trim() === '' ? [] : null
}

/** The Wi-Fi interfaces; none on a machine without Wi-Fi. */
export const wifiInterfaces: Question<readonly WifiInterface[]> = {
  name: 'the Wi-Fi interfaces',
  sources: [{ argv: ['iw', 'dev'], package: 'iw', parse: parseInterfaces }],
}

const NOT_CONNECTED: WifiLink = {
  connected: false,
  bssid: null,
  ssid: null,
  frequencyMhz: null,
  signalDbm: null,
  rxBitrateMbps: null,
  txBitrateMbps: null,
}

const JOINED = /^(?:Connected to|Joined IBSS) ([0-9a-f:]{17})/i

/** The number that text begins with, such as `-48` in `-48.00 dBm`; null where it is `60/100`. */
function leadingNumber(text: string | undefined): number | null {
  const [, digits] = /^(-?\d{1,6}(?:\.\d{1,6})?)(?![\d/])/.exec(text ?? '') ?? []
  return digits === undefined ? null : Number(digits)
}

/** The first value of each field of a block of lines. */
function fieldsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, field, value] = FIELD.exec(line) ?? []
    if (field !== undefined && value !== undefined && !fields.has(field)) fields.set(field, value)
  }
  return fields
}

function parseLink({ stdout }: Output): WifiLink | null {
  const lines = stdout.split(/\r?\n/)
  if (lines.some((line) => line.startsWith('Not connected.'))) return NOT_CONNECTED
  const at = lines.findIndex((line) => JOINED.test(line))
  const [, bssid] = JOINED.exec(lines[at] ?? '') ?? []
  if (bssid === undefined) return null
  const fields = fieldsOf(lines.slice(at + 1))
  return {
    connected: true,
    bssid: bssid.toLowerCase(),
    ssid: parseSsid(fields.get('SSID') ?? ''),
    frequencyMhz: leadingNumber(fields.get('freq')),
    signalDbm: leadingNumber(fields.get('signal')),
    rxBitrateMbps: leadingNumber(fields.get('rx bitrate')),
    txBitrateMbps: leadingNumber(fields.get('tx bitrate')),
  }
}

/** What the Wi-Fi interface `device` is joined to. */
export const wifiLink = (device: string): Question<WifiLink> => ({
  name: `the access point of ${device}`,
  sources: [{ argv: ['iw', 'dev', device, 'link'], package: 'iw', parse: parseLink }],
})

/** `BSS b8:69:f4:3a:6e:10(on wlan0) -- associated` */
const BSS = /^BSS ([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i

function parseNetworks(output: Output): readonly WifiNetwork[] | null {
  const blocks: { readonly bssid: string; readonly lines: string[] }[] = []
  for (const line of output.stdout.split(/\r?\n/)) {
    const [, bssid] = BSS.exec(line) ?? []
    if (bssid !== undefined) blocks.push({ bssid: bssid.toLowerCase(), lines: [] })
    else blocks.at(-1)?.lines.push(line)
  }
  if (blocks.length === 0) return succeeded(output) && output.stdout.trim() === '' ? [] : null
  return blocks.map(({ bssid, lines }) => {
    const fields = fieldsOf(lines)
    return {
      bssid,
      ssid: parseSsid(fields.get('SSID') ?? ''),
      frequencyMhz: leadingNumber(fields.get('freq')),
      signalDbm: leadingNumber(fields.get('signal')),
      privacy: /\bPrivacy\b/.test(fields.get('capability') ?? ''),
    }
  })
}

/** The networks that `device` heard in its last scan; no scan is started. */
export const wifiNetworks = (device: string): Question<readonly WifiNetwork[]> => ({
  name: `the Wi-Fi networks that ${device} hears`,
  sources: [{ argv: ['iw', 'dev', device, 'scan', 'dump'], package: 'iw', parse: parseNetworks }],
})
