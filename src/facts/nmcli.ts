/**
 * What NetworkManager owns: `nmcli -t`, nmcli(1). Terse output parts its fields by colons; a colon
 * or a backslash within a field has a backslash before it.
 */
import type { Output, Question } from './source.ts'

export type ManagedDevice = {
  readonly device: string
  /** `connected`, `disconnected`, `unmanaged`, `unavailable`, `connected (externally)` … */
  readonly state: string
  /** The connection that it has; null for none. */
  readonly connection: string | null
}

/** Splits a terse line. */
export function splitTerse(line: string): string[] {
  const fields = ['']
  let escaped = false
  for (const character of line) {
    const last = fields.length - 1
    if (escaped || (character !== '\\' && character !== ':')) fields[last] += character
    else if (character === ':') fields.push('')
    escaped = !escaped && character === '\\'
  }
  return fields
}

/** The first words of the states of an interface; nmcli's nmc_device_state_to_string. */
const STATE =
  /^(?:unknown|unmanaged|unavailable|disconnected|connecting|connected|deactivating|connection failed)\b/

function parse({ stdout }: Output): readonly ManagedDevice[] | null {
  const devices = stdout.split(/\r?\n/).flatMap((line) => {
    const [device, state, connection] = splitTerse(line)
    if (!device || state === undefined || !STATE.test(state)) return []
    return [{ device, state, connection: connection || null }]
  })
  return devices.length > 0 ? devices : null
}

/** The devices and their connections; no answer where NetworkManager does not run. */
export const managedDevices: Question<readonly ManagedDevice[]> = {
  name: "NetworkManager's devices",
  sources: [
    {
      argv: ['nmcli', '-t', '-f', 'DEVICE,STATE,CONNECTION', 'device', 'status'],
      package: 'network-manager',
      parse,
    },
  ],
}

/** The static routes of a connection, as nmcli writes them: `203.0.113.0/24 192.0.2.1, …`. */
export const connectionRoutes = (connection: string): Question<string> => ({
  name: `the routes of the connection ${connection}`,
  sources: [
    {
      argv: ['nmcli', '-g', 'ipv4.routes,ipv6.routes', 'connection', 'show', 'id', connection],
      package: 'network-manager',
      parse: ({ stdout, code }) => (code === 0 ? stdout : null),
    },
  ],
})
