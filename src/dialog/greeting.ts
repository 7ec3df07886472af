/**
 * Who answers on a port, by the first bytes that came: unasked, or after a probe that the service
 * did not understand. A name is given only where the bytes say so.
 */
import { printable } from '../base/printable.ts'
import { latin1 } from '../wire/bytes.ts'
import { recogniseBytes } from './greeting-binary.ts'
import { recogniseText } from './greeting-text.ts'
import type { Identity, Service } from './identity.ts'

export type { Identity, Service } from './identity.ts'

/** A greeting says what it is within this; the rest is not looked at. */
const MOST_BYTES = 8192

/** A line that is shown is no longer than this. */
const MOST_CHARACTERS = 200

/** The first line with something on it, if the bytes are text at all. */
function firstLine(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  if (/[\0\ufffd]/.test(text.slice(0, MOST_CHARACTERS))) return ''
  return text.split(/\r?\n/).find((line) => line.trim() !== '') ?? ''
}

/**
 * What `firstBytes` show. `expected` is the service that should be there: it decides only where
 * the bytes fit several, such as a `220` without any word.
 */
export function identify(firstBytes: Uint8Array, expected: Service | null = null): Identity {
  const bytes = firstBytes.subarray(0, MOST_BYTES)
  const found =
    bytes.length === 0
      ? null
      : (recogniseBytes(bytes, expected) ?? recogniseText(latin1(bytes), expected))
  const text = found?.text ?? firstLine(bytes)
  return {
    service: found?.service ?? 'unknown',
    product: found?.product ?? null,
    version: found?.version ?? null,
    text: printable(text.slice(0, MOST_CHARACTERS)).trim(),
  }
}
