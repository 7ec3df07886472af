/** Kernel parameters are set at boot from sysctl.d(5): where one is set already, there it is changed. */
import { bootSettings } from '../../facts/sysctl-file.ts'
import { appendLines, replaceLine } from './edit.ts'
import { type Keeper, keeper } from './keeper.ts'

const OWN = '/etc/sysctl.d/90-rungs.conf'
/** For what a file of the distribution sets after the usual place. */
const LAST = '/etc/sysctl.d/zz-rungs.conf'

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const sysctl: Keeper = keeper('sysctl.d', ['sysctl'], async ({ name, value }, host) => {
  const text = `${name} = ${value}`
  const known = await host.ask(bootSettings)
  const set = known.known ? known.value.findLast((one) => one.name === name) : undefined
  if (!set) return appendLines(OWN, [text])
  if (set.value === value) return `${set.file} says ${text} already`
  if (set.file.startsWith('/etc/')) return replaceLine(set.file, set.line, text)
  return appendLines(baseName(set.file) < baseName(OWN) ? OWN : LAST, [text])
})
