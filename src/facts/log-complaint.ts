/** What a line of a log complains of, by the words of daemons, libraries (strerror) and the kernel. */

/** The kinds of trouble that a log tells. */
export type Complaint =
  | 'files' // no more files may be opened
  | 'disk' // the file system is full
  | 'memory' // no memory, or killed for it
  | 'connections' // a limit of connections or workers
  | 'access-list' // the client is turned away by a list
  | 'confined' // AppArmor or SELinux
  | 'denied' // a rule or a permission
  | 'crash' // a process ended by a signal
  | 'configuration' // what was configured is refused
  | 'address-in-use' // another program has the port
  | 'upstream' // the server behind it does not answer
  | 'login' // a login that failed
  | 'error' // any other error

/** The first that fits wins: what is told more exactly stands first. */
const WORDS: readonly (readonly [RegExp, Complaint])[] = [
  [/too many open files|ulimit -n|EMFILE|ENFILE/i, 'files'],
  [/no space left on device|disk quota exceeded|ENOSPC|\bMISCONF\b/i, 'disk'],
  [/out of memory|cannot allocate memory|oom-kill|\bOOM\b|ENOMEM/i, 'memory'],
  [
    /past MaxStartups|exceeded MaxStartups|beginning MaxStartups|worker_connections are not enough|reached MaxRequestWorkers|server reached pm\.max_children|too many (?:clients|connections)|remaining connection slots|max number of clients|limiting (?:connections|requests)|FAIL: \S+ (?:per_source_limit|service_limit|loadavg)|connection limit/i,
    'connections',
  ],
  [
    /refused connect from|tcp_wrappers denial|libwrap refused|FAIL: \S+ (?:libwrap|address|host)\b|blocked using|denied by (?:hosts|access)/i,
    'access-list',
  ],
  [/apparmor="DENIED"|avc: +denied|SELinux is preventing/i, 'confined'],
  [
    /connect\(\)(?: to \S{1,255})? failed|upstream (?:timed out|prematurely closed|sent)|no live upstreams|AH0(?:0957|1114|1102)|has no server available/i,
    'upstream',
  ],
  [
    /access forbidden by rule|is forbidden\b|client denied by server configuration|Permission denied|not authorized|Relay(?:ing)? (?:access )?denied/i,
    'denied',
  ],
  [
    /exited on signal|exit signal|segfault|Segmentation fault|dumped core|core dumped|code=killed|Main process exited/i,
    'crash',
  ],
  [/Address already in use|EADDRINUSE/i, 'address-in-use'],
  [
    /\[emerg\]|Bad configuration option|unknown (?:directive|keyword|option)|bad option|Syntax error|Invalid command|configuration (?:file .* )?(?:error|failed)|parsing \[/i,
    'configuration',
  ],
  [
    /Failed (?:password|publickey|none) for|authentication failure|FAIL LOGIN|login failed/i,
    'login',
  ],
  [
    /\[(?:error|crit|alert|\w+:error|\w+:crit)\]|\b(?:ERROR|FATAL|PANIC|CRITICAL)\b|\b(?:error|fatal):/,
    'error',
  ],
]

/** What the client itself said, which a log repeats, is no word of the daemon. */
const REPEATED = /\b(?:request|referrer|host|command|user-agent): "[^"]*"/gi

/** What a line complains of; null where it does not. */
export function complaintOf(line: string): Complaint | null {
  const text = line.replace(REPEATED, '')
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? null
}
