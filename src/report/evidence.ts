/** Evidence as plain lines, for the reports that keep it as it was seen. */
import type { Evidence } from '../diagnose/diagnosis.ts'

/** `TcpExtListenOverflows: 3 → 6 (+3)`. */
export const describeDelta = (
  { name, before, after }: NonNullable<Evidence['delta']>,
  to = '→',
): string => `${name}: ${before} ${to} ${after} (${after < before ? '' : '+'}${after - before})`

/** `server$ nft list ruleset`, its lines, and the counter that moved. */
export const evidenceText = ({ host, command, lines, delta }: Evidence): string[] => [
  `${host}$ ${command}`,
  ...lines.map((line) => `  ${line}`),
  ...(delta ? [`  ${describeDelta(delta)}`] : []),
]
