/** The state of wpa_supplicant on an interface, as `wpa_cli status` prints it: `name=value` lines. */
import type { Output, Question } from './source.ts'
import { parseSsid } from './ssid.ts'

/** What wpa_supplicant says of an interface; null is what it did not say. */
export type WpaStatus = {
  /** `COMPLETED`, `SCANNING`, `4WAY_HANDSHAKE`, `DISCONNECTED`, `INTERFACE_DISABLED` … */
  readonly state: string | null
  readonly ssid: string | null
  readonly bssid: string | null
  /** `station`, `AP` … */
  readonly mode: string | null
  /** `WPA2-PSK`, `SAE`, `NONE` … */
  readonly keyManagement: string | null
  /** The interface's own MAC address. */
  readonly address: string | null
}

const FIELD = /^(wpa_state|ssid|bssid|mode|key_mgmt|address)=(.*)$/

function parseStatus({ stdout }: Output): WpaStatus | null {
  const fields = new Map<string, string>()
  for (const line of stdout.split(/\r?\n/)) {
    const [, field, value] = FIELD.exec(line) ?? []
    if (field !== undefined && value) fields.set(field, value)
  }
  if (!['wpa_state', 'bssid', 'address'].some((field) => fields.has(field))) return null
  return {
    state: fields.get('wpa_state') ?? null,
    ssid: parseSsid(fields.get('ssid') ?? ''),
    bssid: fields.get('bssid') ?? null,
    mode: fields.get('mode') ?? null,
    keyManagement: fields.get('key_mgmt') ?? null,
    address: fields.get('address') ?? null,
  }
}

/** What wpa_supplicant says of `device`; no answer where it does not manage it. */
export const wpaStatus = (device: string): Question<WpaStatus> => ({
  name: `the state of wpa_supplicant on ${device}`,
  sources: [
    { argv: ['wpa_cli', '-i', device, 'status'], package: 'wpasupplicant', parse: parseStatus },
  ],
})
