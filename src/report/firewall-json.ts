/** What `rungs firewall --json` prints. */
import type { FirewallReport } from './firewall-report.ts'
import { FIREWALL } from './firewall-schema.ts'
import { formatAsJson } from './json.ts'

/** The answer as text, ended by a line feed. */
export const formatFirewallJson = (report: FirewallReport): string => formatAsJson(FIREWALL, report)
