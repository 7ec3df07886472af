/** The calls of libc that Node has no word for and that only this comparison needs. */
import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'

const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi')
const library = koffi.load(null)

type Call = (...words: readonly unknown[]) => number

const unshareCall = library.func('int unshare(int)') as Call
const setnsCall = library.func('int setns(int, int)') as Call
const setfsuidCall = library.func('int setfsuid(uint32_t)') as Call
const listenCall = library.func('int listen(int, int)') as Call

function must(call: string, result: number): void {
  if (result < 0) throw new Error(`${call}: ${getSystemErrorName(-koffi.errno())}`)
}

/** include/uapi/linux/sched.h. */
const CLONE_NEWNET = 0x40000000

/** unshare(2): the thread gets a network namespace of its own. */
export const leaveNetwork = (): void => must('unshare', unshareCall(CLONE_NEWNET))

/** setns(2): the thread enters the network namespace that the descriptor is of. */
export const enterNetwork = (fd: number): void => must('setns', setnsCall(fd, CLONE_NEWNET))

/** listen(2). */
export const listen = (fd: number, backlog: number): void => must('listen', listenCall(fd, backlog))

/** Where the bytes are, for a structure that points to them; they must outlive it. */
export const addressOf = (bytes: Uint8Array): bigint => koffi.address(bytes)

/** Does the work as another user, as far as the owner of what it opens is concerned: setfsuid(2). */
export function asUser<T>(user: number, work: () => T): T {
  if (user === 0) return work()
  setfsuidCall(user)
  try {
    return work()
  } finally {
    setfsuidCall(0)
  }
}
