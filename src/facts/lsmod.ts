/**
 * The kernel modules that are loaded: lsmod(8) of kmod or busybox, and /proc/modules, which both
 * of them read.
 */
import { type Output, type Question, succeeded } from './source.ts'

/** A loaded kernel module. */
export type KernelModule = {
  readonly name: string
  readonly sizeBytes: number
  /** The modules that need it. */
  readonly usedBy: readonly string[]
}

/** `mac80211  995328  7 mt76,mt76_usb`; in /proc/modules the users end in a comma, none is `-`. */
const MODULE = /^([\w-]+)\s+(\d+)\s+-?\d*(?:\s+(\S+))?/

const HEADER = /^Module\s+Size\s+Used by/

const parseLine = (line: string): readonly KernelModule[] => {
  const [, name, size, users = ''] = MODULE.exec(line) ?? []
  if (name === undefined) return []
  const usedBy = users.split(',').filter((user) => user !== '' && user !== '-')
  return [{ name, sizeBytes: Number(size), usedBy }]
}

function parseModules(output: Output): readonly KernelModule[] | null {
  const lines = output.stdout.split(/\r?\n/)
  const found = lines.flatMap(parseLine)
  if (found.length > 0 || lines.some((line) => HEADER.test(line))) return found
  // A kernel with all drivers built in has an empty /proc/modules.
  return succeeded(output) && output.argv[0] === 'cat' && output.stdout === '' ? [] : null
}

/** The loaded modules. What is built into the kernel is not among them. */
export const modules: Question<readonly KernelModule[]> = {
  name: 'the loaded kernel modules',
  sources: [
    { argv: ['lsmod'], package: 'kmod', parse: parseModules },
    { argv: ['cat', '/proc/modules'], package: 'coreutils', parse: parseModules },
  ],
}
