/** Targets of one priority, in milliseconds of wall-clock time. Absent: no clock. */
export interface SlaTargets {
  readonly acknowledgeMs?: number;
  readonly resolveMs?: number;
}
