/**
 * What a remedy means to reach, apart from the command that reaches it until the next start. What
 * keeps it over a start depends on what the host runs: a keeper puts the intent in its own words.
 */
import type { Backend } from '../../facts/rule-set.ts'

export type Intent =
  | { readonly kind: 'link-up'; readonly device: string }
  | {
      readonly kind: 'route'
      readonly family: 4 | 6
      /** `default`, or a prefix. */
      readonly destination: string
      readonly gateway: string
      readonly device: string | null
    }
  | {
      readonly kind: 'no-route'
      readonly family: 4 | 6
      /** As ip(8) lists it: `blackhole 203.0.113.0/24`, `203.0.113.0/24 via 192.0.2.9 dev tun0`. */
      readonly route: string
    }
  | {
      readonly kind: 'address'
      readonly device: string
      readonly family: 4 | 6
      /** With its prefix length. */
      readonly address: string
      /** The one that it takes the place of; null where it comes in addition. */
      readonly instead: string | null
    }
  | { readonly kind: 'dhcp'; readonly device: string }
  | { readonly kind: 'mtu'; readonly device: string; readonly bytes: number }
  | { readonly kind: 'bridge-port'; readonly bridge: string; readonly port: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'sysctl'; readonly name: string; readonly value: string }
  | { readonly kind: 'module'; readonly module: string }
  | {
      readonly kind: 'firewall'
      readonly backend: Backend
      /** The rule that is taken out, as its tool lists it; null where one is put in. */
      readonly deletes: string | null
    }
  | { readonly kind: 'no-nameserver'; readonly server: string }

export type IntentKind = Intent['kind']

/** The intent of one of these kinds. */
export type IntentOf<Kind extends IntentKind> = Extract<Intent, { readonly kind: Kind }>
