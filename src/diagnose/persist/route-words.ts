/** The words of a route as ip(8) lists it, and where a text of a configuration names the same. */
import { familyOf, parsePrefix } from '../../wire/address.ts'

const TYPES = /^(?:blackhole|unreachable|prohibit|throw|unicast)$/

/** The destination of a listed route: a prefix, an address, or `default`. */
export function destinationOf(route: string): string {
  const [first = '', second = ''] = route.trim().split(/\s+/)
  return TYPES.test(first) ? second : first
}

/** The spellings under which a configuration may name the destination. */
function spellings(destination: string): string[] {
  if (destination === 'default') return ['default', '0.0.0.0/0', '::/0']
  const [address = '', length] = destination.split('/')
  const whole = familyOf(address) === 6 ? '128' : '32'
  return length === undefined || length === whole ? [address, `${address}/${whole}`] : [destination]
}

/** Whether one of the words of `text` is the destination of `route`. */
export function namesDestination(text: string, route: string): boolean {
  const destination = destinationOf(route)
  if (destination !== 'default' && !parsePrefix(destination) && !familyOf(destination)) return false
  const words = text.split(/[\s,=;"']+/)
  return spellings(destination).some((one) => words.includes(one))
}
