/** Red Hat's file of one interface, /etc/sysconfig/network-scripts/ifcfg-IF: shell assignments. */
import type { Output, Question } from './source.ts'

/** The folder of those files. */
export const IFCFG_FOLDER = '/etc/sysconfig/network-scripts'

const ASSIGNMENT = /^\s*([A-Z][A-Z0-9_]{0,40})=(?:"([^"]*)"|'([^']*)'|(\S*))\s*(?:#.*)?$/

function parse({ stdout }: Output): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>()
  for (const line of stdout.split(/\r?\n/)) {
    const [, name, double, single, plain] = ASSIGNMENT.exec(line) ?? []
    if (name !== undefined) values.set(name, double ?? single ?? plain ?? '')
  }
  return values.size > 0 ? values : null
}

/** The variables of the file; no answer where there is none. */
export const ifcfg = (device: string): Question<ReadonlyMap<string, string>> => ({
  name: `the file ifcfg-${device}`,
  sources: [{ argv: ['cat', `${IFCFG_FOLDER}/ifcfg-${device}`], package: 'coreutils', parse }],
})
