/**
 * The errors that a socket of our own has met, with who sent them: the error queue of ip(7)
 * (IP_RECVERR) and its struct sock_extended_err, include/uapi/linux/errqueue.h.
 */
import { getSystemErrorMap } from 'node:util'
import type { Echo } from '../../diagnose/probes.ts'
import { explainIcmp } from '../../wire/icmp.ts'
import { OPTIONS } from './ip-option.ts'
import { readSockaddr } from './sockaddr.ts'
import type { KernelSocket, Message } from './socket.ts'

type QueuedError = Echo['errors'][number]

/** Where the error was found. */
const ORIGIN_LOCAL = 1
const EXTENDED_ERROR_BYTES = 16
const EMSGSIZE = 90

/** More than this is a flood. */
const MOST_ERRORS = 100

const explainErrno = (number: number): string =>
  getSystemErrorMap().get(-number)?.[1] ?? `error ${number}`

/** The words for an error's name, such as `EPERM`; the name itself where there are none. */
export const explainName = (name: string): string =>
  [...getSystemErrorMap().values()].find(([known]) => known === name)?.[1] ?? name

/** The error that a message of the error queue tells; null where it tells none. */
function readError(message: Message, family: 4 | 6): QueuedError | null {
  const { level, receiveError } = OPTIONS[family]
  const found = message.control.find((one) => one.level === level && one.type === receiveError)
  if (!found || found.bytes.length < EXTENDED_ERROR_BYTES) return null
  const { bytes } = found
  const number = bytes.readUInt32LE(0)
  const mtu = number === EMSGSIZE ? bytes.readUInt32LE(8) || null : null
  if (bytes.readUInt8(4) === ORIGIN_LOCAL) return { from: null, text: explainErrno(number), mtu }
  const text = explainIcmp(family, bytes.readUInt8(5), bytes.readUInt8(6))
  return { from: readSockaddr(bytes, EXTENDED_ERROR_BYTES), text, mtu }
}

/** Takes what the queue holds; of that, the errors whose message `quotesUs`. */
export function drainErrors(
  socket: KernelSocket,
  family: 4 | 6,
  quotesUs: (message: Message) => boolean,
): QueuedError[] {
  const errors: QueuedError[] = []
  for (let count = 0; count < MOST_ERRORS; count++) {
    const message = socket.receiveError()
    if (typeof message === 'string') break
    const error = quotesUs(message) ? readError(message, family) : null
    if (error) errors.push(error)
  }
  return errors
}
