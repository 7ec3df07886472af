/** Complaints of a log that are a cause of their own, whatever the client sees. */
import type { Complaint } from '../facts/log-complaint.ts'
import type { CauseCode } from './cause.ts'

const CAUSES: Readonly<Partial<Record<Complaint, CauseCode>>> = {
  files: 'service.no-resources',
  disk: 'service.no-resources',
  memory: 'service.no-resources',
  confined: 'service.denied',
}

/** The cause that a complaint names; null where it only gives the reason for another. */
export const causeOfComplaint = (complaint: Complaint | null): CauseCode | null =>
  (complaint && CAUSES[complaint]) ?? null
