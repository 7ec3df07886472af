/**
 * What a rule of iptables writes: MARK, CONNMARK, NOTRACK and CT --notrack, TPROXY, SET, TTL, HL, DSCP
 * (iptables-extensions(8), net/netfilter/xt_mark.c and xt_connmark.c). iptables-save prints `--set-xmark VALUE/MASK` for
 * all ways of setting a mark; a person may type the others.
 */
import type { IptablesRule } from './iptables-rule.ts'
import { serviceClassText } from './packet-word.ts'
import { type Change, type Field, one } from './rule-set.ts'

const ALL = 0xffffffff
const NUMBER = /^(?:\d{1,10}|0x[0-9a-fA-F]{1,8})$/
const unsigned = (value: number): number => value >>> 0

/** `VALUE/MASK`, the mask all ones where it is not said; null for other text. */
function valueAndMask(text: string | undefined): readonly [number, number] | null {
  const [value = '', mask = '0xffffffff', ...rest] = (text ?? '').split('/')
  if (rest.length > 0 || !NUMBER.test(value) || !NUMBER.test(mask)) return null
  return [Number(value), Number(mask)]
}

/** The bits kept and the bits flipped by one of the ways to set a mark. */
const SETTING: Readonly<
  Record<string, (value: number, mask: number) => readonly [number, number]>
> = {
  '--set-xmark': (value, mask) => [~mask, value],
  '--set-mark': (value, mask) => [~(mask | value), value],
  '--and-mark': (value) => [value, 0],
  '--or-mark': (value) => [~value, value],
  '--xor-mark': (value) => [ALL, value],
}

type Marking = Omit<Extract<Change, { readonly kind: 'mark' }>, 'after'>

/** `--save-mark` and `--restore-mark`: bits of the one mark go to the other. */
function copying(options: readonly string[], name: string): Marking | null {
  const mask = (option: string): number => {
    const at = options.indexOf(option)
    const other = options.indexOf('--mask')
    const word = at >= 0 ? options[at + 1] : other >= 0 ? options[other + 1] : undefined
    return valueAndMask(word)?.[0] ?? ALL
  }
  const [packet, connection] = [mask('--nfmask'), mask('--ctmask')]
  if (name === '--save-mark')
    return {
      kind: 'mark',
      target: 'connection',
      packet,
      connection: unsigned(~connection),
      flip: 0,
    }
  if (name !== '--restore-mark') return null
  return { kind: 'mark', target: 'packet', packet: unsigned(~packet), connection, flip: 0 }
}

function markingOf(target: string, options: readonly string[]): Marking | null {
  const [name = '', word] = options
  const setting = Object.hasOwn(SETTING, name) ? SETTING[name] : undefined
  if (setting === undefined) return target === 'CONNMARK' ? copying(options, name) : null
  const given = valueAndMask(word)
  if (given === null) return null
  const [kept = 0, flip = 0] = setting(...given).map(unsigned)
  return target === 'MARK'
    ? { kind: 'mark', target: 'packet', packet: kept, connection: 0, flip }
    : { kind: 'mark', target: 'connection', packet: 0, connection: kept, flip }
}

/** The word after one of a target's options. */
const wordAfter = (options: readonly string[], ...names: readonly string[]): string | null => {
  const at = options.findIndex((option) => names.includes(option))
  return at < 0 ? null : (options[at + 1] ?? null)
}

/** `--on-port 8080 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1`. */
function diversion(options: readonly string[], after: number): readonly Change[] {
  const [address, port, mark] = [
    wordAfter(options, '--on-ip'),
    wordAfter(options, '--on-port'),
    wordAfter(options, '--tproxy-mark'),
  ]
  const marking = mark === null ? null : markingOf('MARK', ['--set-xmark', mark])
  const host = address?.includes(':') ? `[${address}]` : (address ?? '')
  const to = port === null ? address : `${host}:${port}`
  return [...(marking ? [{ after, ...marking }] : []), { kind: 'divert', after, to }]
}

const rewrite = (field: Field, word: string | null, after: number): readonly Change[] => [
  { kind: 'rewrite', after, field, value: word === null ? null : one(word) },
]

/** What the rule writes that a later rule may ask for. */
export function iptablesChanges({ target, options, matches }: IptablesRule): readonly Change[] {
  const after = matches.length
  switch (target) {
    case 'NOTRACK':
      return [{ kind: 'untrack', after }]
    case 'CT':
      return options.includes('--notrack') ? [{ kind: 'untrack', after }] : []
    case 'TPROXY':
      return diversion(options, after)
    case 'SET': {
      const set = wordAfter(options, '--add-set', '--del-set', '--map-set')
      return set === null ? [] : [{ kind: 'remember', after, set }]
    }
    case 'TTL':
    case 'HL':
      return rewrite('hopLimit', wordAfter(options, '--ttl-set', '--hl-set'), after)
    case 'DSCP': {
      const set = wordAfter(options, '--set-dscp', '--set-dscp-class')
      return rewrite('serviceClass', set && serviceClassText(set), after)
    }
    case 'TOS':
      return rewrite('serviceClass', null, after)
    case 'MARK':
    case 'CONNMARK': {
      const marking = markingOf(target, options)
      if (marking === null)
        return [{ kind: 'unknown', after, text: [target, ...options].join(' ') }]
      return [{ after, ...marking }]
    }
    default:
      return []
  }
}
