/**
 * Who owns a process, by its control group: /proc/PID/cgroup, cgroups(7). systemd names the group
 * of a service after its unit; a container engine names it after the container's id, 64 hex digits.
 */
import type { Output, Question } from './source.ts'

/** The systemd service and the container that a process belongs to, where there is one. */
export type CgroupOwner = {
  /** `nginx.service`; for a process of a user's own services it is `user@UID.service`. */
  readonly unit: string | null
  /** The whole id, as docker, podman or Kubernetes know it. */
  readonly container: string | null
}

/** `0::/system.slice/nginx.service` (version 2), `4:memory:/…`, `1:name=systemd:/…` (version 1). */
const GROUP = /^\d+:[^:]*:(\/.*)$/

/** `docker-ID.scope`, `cri-containerd-ID.scope`, `crio-ID`, `libpod-ID.scope`, or the bare id. */
const CONTAINER = /^(?:[a-z][a-z0-9-]{0,40}[-:])?([0-9a-f]{64})(?:\.scope)?$/

/** conmon watches a container from outside. */
const MONITOR = /conmon-/

const groupsOf = (text: string): readonly string[] =>
  text.split(/\r?\n/).flatMap((line) => GROUP.exec(line)?.[1] ?? [])

/** The service of systemd in the text of /proc/PID/cgroup, null where it is in none. */
export function cgroupUnit(text: string): string | null {
  for (const group of groupsOf(text)) {
    const unit = group.split('/').find((part) => part.endsWith('.service'))
    if (unit !== undefined) return unit
  }
  return null
}

/** The container's id in the text of /proc/PID/cgroup, null where it is in none. */
function cgroupContainer(text: string): string | null {
  for (const group of groupsOf(text)) {
    // A container in a container: the outer one is what this host knows, and it comes first.
    for (const part of group.split('/')) {
      const id = MONITOR.test(part) ? undefined : CONTAINER.exec(part)?.[1]
      if (id !== undefined) return id
    }
  }
  return null
}

const parseOwner = ({ stdout }: Output): CgroupOwner | null =>
  groupsOf(stdout).length === 0
    ? null
    : { unit: cgroupUnit(stdout), container: cgroupContainer(stdout) }

/** The service and container of process `pid`; no answer where there is no such process. */
export const cgroupOf = (pid: number): Question<CgroupOwner> => ({
  name: `the service or container of process ${pid}`,
  sources: [{ argv: ['cat', `/proc/${pid}/cgroup`], package: 'coreutils', parse: parseOwner }],
})
