/**
 * The script for `sh` that lets a kernel tell what it drops: by an instance of tracefs of its own (Documentation/trace/ftrace.rst,
 * "Instances"), so that whatever else is traced on the host is left alone. Who waits for the end of the input removes it, in a session
 * of its own, so that it outlives whatever kills the rest.
 */
import { TELLING_FUNCTIONS } from '../../diagnose/drop-reason.ts'
import { quoteForShell } from '../run/quote.ts'

/** What the script says on its standard error, each a line of its own. */
export const SAYS = {
  noTracefs: 'rungs: no tracefs',
  noReasons: 'rungs: no reasons',
  denied: 'rungs: denied',
  untold: 'rungs: untold',
  noResets: 'rungs: no resets',
  ready: 'rungs: ready',
} as const

/** Reasons that are frequent and say nothing of an attempt: frames for others on a bridge, data that is there already. */
const NOISE = [
  ...['OTHERHOST', 'UNHANDLED_PROTO', 'QUEUE_PURGE', 'PACKET_SOCK_ERROR', 'UNIX_DISCONNECT'],
  ...['TCP_OLD_DATA', 'TCP_OLD_ACK', 'TCP_OFOMERGE'],
]

/** For each CPU: some thousand events. */
const BUFFER_KIB = 256

/** Ways to knock at a port of one's own that nobody has (RFC 863: discard); a host has one or another. */
const PROVOKE = [
  `bash -c 'echo >/dev/tcp/127.0.0.1/9'`,
  'curl -s -m 1 http://127.0.0.1:9/',
  'wget -q -T 1 -t 1 -O /dev/null http://127.0.0.1:9/',
  'nc -w 1 127.0.0.1 9',
  `python3 -c 'import socket; socket.create_connection(("127.0.0.1", 9), 1)'`,
  `perl -MSocket -e 'socket(S, 2, 1, 0); connect(S, sockaddr_in(9, inet_aton("127.0.0.1")))'`,
]

/** `reason != 13 && …` by the numbers of this kernel. */
const OTHERS = `$(tr '{' '\\n' <$f | sed -nE 's/^ ([0-9]+), "(${NOISE.join('|')})" .*/ \\&\\& reason != \\1/p' | tr -d '\\n')`

/**
 * Drops by IP for reasons that say something, and of functions that drop without a word those that this kernel has; a filter by
 * functions is younger than the event (Linux 6.4). The name of a function ends at a space.
 */
const FILTER = [
  `ip="(protocol == 0x800 || protocol == 0x86dd)${OTHERS}"`,
  `named="reason != $(tr '{' '\\n' <$f | sed -nE 's/^ ([0-9]+), "NOT_SPECIFIED" .*/\\1/p')"`,
  'filter=$i/events/skb/kfree_skb/filter',
  `for x in ${TELLING_FUNCTIONS.join(' ')}; do`,
  'more="$named || location.function == $x"',
  '{ echo "$ip && ($more )" >$filter; } 2>/dev/null && named=$more',
  'done',
  'echo "$ip && ($named )" >$filter || exit 1',
]

/** Removes the instance `$0` once the input ends, after whoever reads there, process `$1`, is gone. */
const REMOVE = [
  'trap "" HUP INT TERM',
  'read -r line',
  'echo 0 >$0/events/enable',
  'kill -9 $1 2>/dev/null',
  'n=0',
  'until rmdir $0 2>/dev/null || test $n -ge 100; do n=$((n+1)); sleep 0.02; done',
  // What was left by one that died with its whole container or world: nobody reads it, so that it can be removed.
  'find $(dirname $0) -maxdepth 1 -name "rungs-*" -mmin +1 -exec rmdir {} \\; 2>/dev/null',
].join('; ')

/** A drop that is known must be told, else silence would say nothing. */
const TELL = [
  't=/sys/kernel/tracing/events',
  'i=/sys/kernel/tracing/instances/$0',
  'f=$t/skb/kfree_skb/format',
  `grep -q '"NO_SOCKET"' $f 2>/dev/null || { echo '${SAYS.noReasons}' >&2; exit 1; }`,
  'command -v setsid >/dev/null 2>&1 || setsid() { "$@"; }',
  `mkdir $i 2>/dev/null || { echo '${SAYS.denied}' >&2; exit 1; }`,
  'exec 3<&0',
  `setsid sh -c ${quoteForShell([REMOVE])} $i $$ <&3 >/dev/null &`,
  'exec 3<&- </dev/null',
  `echo ${BUFFER_KIB} >$i/buffer_size_kb`,
  'echo mono >$i/trace_clock',
  ...FILTER,
  'echo 1 >$i/events/skb/kfree_skb/enable',
  'test ! -e $t/tcp/tcp_send_reset || echo 1 >$i/events/tcp/tcp_send_reset/enable',
  'told() { grep -q "$1" $i/trace; }',
  ...PROVOKE.map((way) => `told NO_SOCKET || ${way} >/dev/null 2>&1 </dev/null`),
  `told 'reason: NO_SOCKET' || { echo '${SAYS.untold}' >&2; exit 1; }`,
  `told tcp_send_reset: || echo '${SAYS.noResets}' >&2`,
  'echo >$i/trace',
  `echo '${SAYS.ready}' >&2`,
  'exec cat $i/trace_pipe',
].join('\n')

const TRACEFS = '/sys/kernel/tracing'

/** tracefs is mounted where it is not, for nobody but the script; the mount ends with it. */
const MOUNT = `mount -t tracefs tracefs ${TRACEFS} 2>/dev/null || { echo '${SAYS.noTracefs}' >&2; exit 1; }; exec sh -c "$0" "$1"`

/** The script, with the name of the instance: letters, digits and hyphens. */
export function writeKernelScript(name: string): string {
  const tell = quoteForShell([TELL])
  return [
    'PATH=$PATH:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL',
    `if test -e ${TRACEFS}/events; then exec sh -c ${tell} ${name}; else exec unshare --mount --propagation private sh -c ${quoteForShell([MOUNT])} ${tell} ${name}; fi`,
    '',
  ].join('\n')
}

/** The command that a person would type. */
export const KERNEL_COMMAND = "perf trace -e 'skb:kfree_skb,tcp:tcp_send_reset' -a"
