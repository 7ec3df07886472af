/** Options that all sockets have, socket(7): include/uapi/asm-generic/socket.h. */
import { type KernelSocket, type Message, readTimespec } from './socket.ts'

/** The level of these options and of the messages that they ask for. */
export const SOL_SOCKET = 1

const SO_LINGER = 13
const SO_BINDTODEVICE = 25
const SO_TIMESTAMPNS = 35

/** Lets the socket send and receive by that device alone; the name of the error, or null. */
export const bindToDevice = (socket: KernelSocket, device: string): string | null =>
  socket.set(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${device}\0`))

/** A connection of the socket ends by a reset when it is closed, and its port is free at once. */
export const resetAtClose = (socket: KernelSocket): string | null =>
  socket.set(SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer))

/** Lets the kernel tell when each message arrived. */
export const tellArrivals = (socket: KernelSocket): string | null =>
  socket.set(SOL_SOCKET, SO_TIMESTAMPNS, 1)

/** When the message arrived, in ms since 1970 with fractions; null where the kernel did not tell. */
export function arrivalMs({ control }: Message): number | null {
  const found = control.find(({ level, type }) => level === SOL_SOCKET && type === SO_TIMESTAMPNS)
  return found && found.bytes.length >= 16 ? readTimespec(found.bytes) : null
}
