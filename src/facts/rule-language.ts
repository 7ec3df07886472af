/**
 * Firewall rules in a language that is not read here, known by one of their lines: other systems', and
 * what Linux' own tools print for people, which leaves out what decides.
 */

type Language = { readonly line: RegExp; readonly says: string }

const LISTING = 'give what iptables-save prints'

const LANGUAGES: readonly Language[] = [
  {
    line: /^Chain \S+ \((?:policy \w+|\d+ references)/,
    says: `iptables -L leaves out the devices and more: ${LISTING}`,
  },
  {
    line: /^(?:Status|Zustand|État|Estado|Stato): /,
    says: "ufw's summary is not the rules themselves: give what nft list ruleset or iptables-save prints",
  },
  {
    line: /^\S+ \((?:active|default)(?:, \w+)*\)$/,
    says: "firewall-cmd's summary is not the rules themselves: give what nft list ruleset prints",
  },
  {
    line: /^(?:pass|block|match|scrub|anchor|antispoof|nat-anchor|rdr-anchor|set skip|set block-policy|nat on|rdr on)\b|^table <\w+>/,
    says: 'rules of pf (BSD, macOS), not of Linux',
  },
  {
    line: /^\d{5}(?: +\d+ +\d+)? +(?:allow|deny|pass|permit|drop|reject|count|check-state|divert|fwd|nat|skipto|unreach|reset)\b/,
    says: 'rules of ipfw (FreeBSD), not of Linux',
  },
  {
    line: /^(?:ipf|@\d+ )?(?:pass|block) (?:in|out)\b/,
    says: 'rules of IPFilter, not of Linux',
  },
  {
    line: /^(?:Rule Name|Regelname|Nom de la règle|Nombre de regla|Nome regola)\s*:/,
    says: 'rules of Windows (netsh advfirewall), not of Linux',
  },
  {
    line: /^(?:Name|DisplayName)\s+: \S/,
    says: 'rules of Windows (Get-NetFirewallRule), not of Linux',
  },
  {
    line: /^(?:ip access-list|access-list \S+ (?:permit|deny|extended|standard)|(?:Extended|Standard) IP access list)\b/,
    says: 'an access list of a Cisco, not rules of Linux',
  },
  { line: /^set (?:firewall|security policies)\b/, says: 'rules of JunOS or VyOS, not of Linux' },
  { line: /^\/ip firewall\b/, says: 'rules of RouterOS, not of Linux' },
  {
    line: /^(?:add|insert|delete|replace|create|reset|rename|flush) /,
    says: 'a command of nft, not what it leads to: give what nft list ruleset prints',
  },
  {
    line: /^(?:sudo )?(?:\/\S*\/)?ip6?tables\b/,
    says: `a command, not what it leads to: ${LISTING}`,
  },
]

/** What a line is of, in words, where it is known and not read here; else null. */
export const foreignRules = (line: string): string | null =>
  LANGUAGES.find((language) => language.line.test(line))?.says ?? null
