/**
 * A private world: own network, mount and process namespaces, so that the names of `ip netns`,
 * `/run`, `/etc` and `/dev/shm` belong to it alone and everything is gone when its first process ends. The
 * superuser needs no more; anybody else becomes root of an own user namespace (user_namespaces(7)).
 */
import { run } from './run.ts'
import { LabError } from './surroundings.ts'

/** Set in the environment of whatever runs inside a private world. */
export const INSIDE = 'RUNGS_LAB_WORLD'

/**
 * The first process of the world. It lays a private /run, a private /dev/shm (programs name what
 * they put there by their process id, and those start anew here) and a private, writable /etc over
 * the machine's (an overlay; where the kernel has none for this user, a copy), mounts the /proc of
 * its own process namespace where it may, runs the command and collects what that leaves behind.
 */
const FIRST_PROCESS = `
mount -t tmpfs -o mode=755 rungs /run || exit 2
mount -t tmpfs -o mode=1777 rungs /dev/shm || exit 2
mkdir -p /run/rungs-etc/upper /run/rungs-etc/work /run/netns
mount -t overlay -o lowerdir=/etc,upperdir=/run/rungs-etc/upper,workdir=/run/rungs-etc/work,userxattr rungs /etc 2>/dev/null ||
mount -t overlay -o lowerdir=/etc,upperdir=/run/rungs-etc/upper,workdir=/run/rungs-etc/work rungs /etc 2>/dev/null || {
  cp -rL /etc/. /run/rungs-etc/upper/ 2>/dev/null
  mount --bind /run/rungs-etc/upper /etc || exit 2
}
if [ -L /etc/resolv.conf ]; then rm -f /etc/resolv.conf; : >/etc/resolv.conf; fi
mkdir -p /etc/netns && mount -t tmpfs -o mode=755 rungs /etc/netns || exit 2
mount -t proc rungs /proc 2>/dev/null || echo 'rungs: /proc still shows the whole machine' >&2
ip link set lo up
`

/** Ends with the command that was given, with its status. */
const THEN_COMMAND = `${FIRST_PROCESS}
"$@"
exit $?
`

/**
 * Tells its process id as the machine counts it (the mounted /proc is still the machine's), brings
 * something up by the command, says so, and stays; as the first process it reaps what others leave.
 */
const THEN_STAY = `
read -r pid rest </proc/self/stat
echo "$pid"
${FIRST_PROCESS}
"$@" >&2 || exit 2
echo ready
exec >/dev/null 2>&1 </dev/null
while sleep 86400; do :; done
`

const unshare = (isRoot: boolean, script: string): string[] => [
  'unshare',
  ...(isRoot ? [] : ['--user', '--map-root-user']),
  ...['--net', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'],
  ...['sh', '-c', script, 'rungs-world'],
]

/** Runs `command` in a new private world that dies with it, and with whoever starts it. */
export const inNewWorld = (isRoot: boolean, command: readonly string[]): string[] => [
  // The death signal survives the exec of unshare: it gains no privilege over what it was.
  ...['setpriv', '--pdeathsig', 'KILL'],
  ...unshare(isRoot, THEN_COMMAND),
  ...command,
]

/**
 * A private world that stays when its starter ends; `command` brings up what is in it. It prints
 * the process id of its first process, then `ready`.
 */
export const inLastingWorld = (isRoot: boolean, command: readonly string[]): string[] => [
  ...unshare(isRoot, THEN_STAY),
  ...command,
]

/** Runs `command` in the world of an ordinary user whose first process is `pid`. */
export const inWorldOf = (pid: number, command: readonly string[]): string[] => [
  ...['nsenter', '--target', String(pid), '--user', '--net', '--mount', '--pid'],
  ...['--preserve-credentials', ...command],
]

/** Throws with the way out where this user can make no private world. */
export async function requireWorlds(isRoot: boolean): Promise<void> {
  const tried = await run(inNewWorld(isRoot, ['true']), { timeoutMs: 10_000 })
  if (tried.code === 0) return
  const said = tried.stderr.trim().split('\n').at(-1) ?? ''
  throw new LabError(
    isRoot
      ? `no network namespaces can be made here: ${said}; in a container, it must be privileged`
      : `an ordinary user may make no namespaces here: ${said}; run it as root, or allow it: ` +
          'sysctl -w kernel.unprivileged_userns_clone=1 (Debian) or ' +
          'kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)',
  )
}
