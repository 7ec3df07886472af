/**
 * Tuples of TCP connections that ended and are no longer followed: a SYN on one of them uses its ports
 * again. A fixed table of hashes, so that any number of connections takes the same room; of many
 * hundred thousand the older ones are overwritten.
 */
import { hashKey, type Key } from './key.ts'

const PLACES = 1 << 20

/** Any number that is not the seed of the connections' table. */
const CHECK_SEED = 0x5bd1e995

export class ForgottenTuples {
  /** Made when the first one is remembered: few captures need it. */
  #checks: Int32Array | null = null

  remember(key: Key, seed: number): void {
    this.#checks ??= new Int32Array(PLACES)
    this.#checks[hashKey(key, seed) & (PLACES - 1)] = hashKey(key, CHECK_SEED)
  }

  /** Whether a connection of this key was remembered; wrong for one in billions. */
  has(key: Key): boolean {
    return (
      this.#checks !== null && this.#checks[key.hash & (PLACES - 1)] === hashKey(key, CHECK_SEED)
    )
  }
}
