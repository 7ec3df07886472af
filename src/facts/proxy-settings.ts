/**
 * Proxies that are written down on a machine, whatever this process has in its environment:
 * /etc/environment (pam_env(8)), /etc/profile.d, apt.conf(5) and /etc/wgetrc, by one `grep`.
 */
import type { NamedProxy } from './proxy-environment.ts'
import type { Output, Question } from './source.ts'

/** `export https_proxy="http://proxy:3128"`, `https_proxy = …`, `Acquire::http::Proxy "…";` */
const ASSIGNED = /^\s*(?:export\s+)?((?:https?|all)_proxy)\s*=\s*["']?([^\s"';]+)/i
const APT = /^\s*Acquire::(https?)::Proxy\s+"([^"\s]+)"/i

/** Longer lines are no setting. */
const LONGEST_LINE = 1000

function parseSettings({ stdout, code }: Output): readonly NamedProxy[] | null {
  // 1: nothing fits; 2: a file is missing, which is usual.
  if (code === null || code > 2) return null
  return stdout.split(/\r?\n/).flatMap((line) => {
    if (line.length > LONGEST_LINE) return []
    const [, variable, value] = ASSIGNED.exec(line) ?? []
    if (variable !== undefined && value !== undefined) return [{ variable, value }]
    const [, scheme, proxy] = APT.exec(line) ?? []
    return scheme === undefined || proxy === undefined || proxy === 'DIRECT'
      ? []
      : [{ variable: `Acquire::${scheme}::Proxy of apt`, value: proxy }]
  })
}

/** The proxies that the files of the machine name. */
export const proxySettings: Question<readonly NamedProxy[]> = {
  name: 'the proxies that are written down',
  sources: [
    {
      argv: [
        ...['grep', '-rhis', 'proxy', '/etc/environment', '/etc/profile.d'],
        ...['/etc/apt/apt.conf', '/etc/apt/apt.conf.d', '/etc/wgetrc'],
      ],
      package: 'grep',
      parse: parseSettings,
    },
  ],
}
