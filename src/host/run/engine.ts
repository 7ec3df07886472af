/**
 * The three programs that run commands in a container: docker-exec(1), podman-exec(1), and
 * `kubectl exec`. How each is called, and what it says where the command could not be run: its own
 * words stand where those of the command would, and its own status instead of the command's.
 */
import type { Engine as LocalEngine } from '../../facts/docker.ts'
import { type ContainerDetail, containerDetail } from '../../facts/docker-inspect.ts'
import { type PodContainer, pod } from '../../facts/kubectl.ts'
import type { Output, Question } from '../../facts/source.ts'

/** A way into one container. */
export type Engine = {
  readonly program: LocalEngine | 'kubectl'
  /** What it calls the container: `web`, `shop/web-0`. */
  readonly name: string
  readonly question: Question<ContainerDetail>
  /** The command that runs another one inside. */
  readonly enter: (argv: readonly string[], detail: ContainerDetail) => readonly string[]
  /** What came of it, as the command itself would have given it. */
  readonly read: (came: Output) => Output
  /** What helps where the engine says this of itself. */
  readonly hints: readonly (readonly [RegExp, string])[]
}

/** Words of containerd's shim, runc and crun: the command was not started. */
const RUNTIME =
  /^(?:OCI runtime exec failed|Error: crun|Error: runc|error: Internal error occurred)/m
const NO_PROGRAM =
  /executable file .*not found|exec: .*: no such file or directory|command that was not found/i
const NO_PERMISSION = /permission denied|not permitted/i

/** 127 and 126, as a shell has it: engines have statuses of their own for the same. */
function runtimeStatus(words: string): number | null {
  if (!RUNTIME.test(words)) return null
  return NO_PROGRAM.test(words) ? 127 : NO_PERMISSION.test(words) ? 126 : null
}

/** Gives the words of the engine about the container itself the failure that they mean. */
function readEngine(came: Output, lost: RegExp): Output {
  const { stdout, stderr, code } = came
  if (came.failure === 'missing') return { ...came, failure: 'unreachable' }
  if (came.failure !== null || code === 0) return came
  // Engines before 23 say it on the standard output.
  const runtime = runtimeStatus(stderr) ?? runtimeStatus(stdout)
  if (runtime !== null) return { ...came, stdout: '', stderr: stderr || stdout, code: runtime }
  return lost.test(stderr) ? { ...came, code: null, failure: 'unreachable' } : came
}

/** docker/cli and moby, api/server: the daemon's errors come after these words. */
const DOCKER_LOST =
  /^(?:Error response from daemon: |(?:error during connect: .*)?Cannot connect to the Docker daemon|permission denied while trying to connect)/m

/** libpod/define/errors.go */
const PODMAN_LOST =
  /^Error: (?:can only create exec sessions|no container with name or ID|.*(?:no such container|container state improper))/m

/** kubectl/pkg/cmd/exec, and what the API server answers instead of the container. */
const KUBECTL_LOST =
  /^(?:Error from server|error: (?:unable to upgrade|cannot exec|error dialing|timed out|Internal error)|The connection to the server|Unable to connect to the server)/m

/** kubectl says the status of the command in a line of its own, beside having it. */
const KUBECTL_STATUS = /^command terminated with exit code \d+\n/m

/** docker or podman, for the container `name`. */
export const localEngine = (program: LocalEngine, name: string): Engine => ({
  program,
  name,
  question: containerDetail(program, name),
  enter: (argv) => [program, 'exec', '-e', 'LC_ALL=C', name, ...argv],
  read: (came) => readEngine(came, program === 'docker' ? DOCKER_LOST : PODMAN_LOST),
  hints: [
    [/no such (?:container|object)/i, `${program} ps -a lists them`],
    [/permission denied/i, `${program} needs root here, or the group that may use it`],
    [/Is the docker daemon running/, 'systemctl status docker tells of it'],
  ],
})

/** kubectl, for a container of a pod; which one is known once the pod is. */
export const kubectlEngine = (which: PodContainer): Engine => ({
  program: 'kubectl',
  name: `${which.namespace}/${which.name}`,
  question: pod(which),
  enter: (argv, { name }) => [
    ...['kubectl', 'exec', '-n', which.namespace, which.name, '-c', name, '--'],
    ...argv,
  ],
  read: (came) =>
    readEngine({ ...came, stderr: came.stderr.replace(KUBECTL_STATUS, '') }, KUBECTL_LOST),
  hints: [
    [/\(NotFound\)/, `kubectl get pods -n ${which.namespace} lists them`],
    [/\(Forbidden\)/, `kubectl auth can-i create pods/exec -n ${which.namespace} tells the right`],
    [/was refused|no configuration|context/, 'kubectl config current-context tells the cluster'],
  ],
})
