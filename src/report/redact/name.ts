/** Which words are names of hosts and of people, and which only look like them. */

/** Last parts of files, units and modules; few of them are top-level domains, and those are rarely hosts here. */
const NO_DOMAIN =
  /\.(?:automount|bak|cfg|cnf|conf|config|crt|css|csv|db|deb|device|err|gz|html?|ini|js|json|key|ko|list|lock|log|md|mount|netdev|network|path|pem|php|pid|pl|py|rb|rpm|rules|scope|service|sh|slice|so|sock|socket|sql|swap|tar|target|timer|tmp|toml|ts|txt|xml|ya?ml)$/i

/** Settings of the kernel as sysctl(8) names them. */
const SYSCTL = /^net\.(?:bridge|core|ipv4|ipv6|mptcp|netfilter|unix)\b/

/** The same for everybody. */
const PUBLIC = /^(?:[a-m]\.root-servers\.net|(?:in-addr|ip6)\.arpa|localhost\.localdomain)$/i

/** Whether a word with dots in it is a host or a domain. */
export const isDomain = (word: string): boolean =>
  !NO_DOMAIN.test(word) && !SYSCTL.test(word) && !PUBLIC.test(word)

/** Accounts that a system brings along. */
const SYSTEM_USERS: ReadonlySet<string> = new Set(
  'root nobody daemon bin sys www-data nginx apache http postgres mysql redis git sshd ftp mail postfix named bind systemd-network systemd-resolve messagebus _apt anonymous'.split(
    ' ',
  ),
)

export const isPerson = (user: string): boolean => !SYSTEM_USERS.has(user.toLowerCase())

/** Words that a report uses for the ends themselves. */
const ROLES: ReadonlySet<string> = new Set(['client', 'server', 'local', 'path', 'localhost'])

/** Whether a single word that names a host may be replaced wherever it stands. */
export const isHostWord = (word: string): boolean =>
  /^[A-Za-z0-9_][\w-]*$/.test(word) && !ROLES.has(word.toLowerCase()) && !/^\d+$/.test(word)
