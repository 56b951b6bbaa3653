import type { Incident } from '../incident/incident.js';
import { slaClockNames } from '../incident/sla.js';
import type { TotalsAccumulator } from './totals.js';

/**
 * Counts the SLA clocks that end well with this change of an incident. Several commands and endings end clocks: counted here,
 * none is forgotten. After a reopen nothing is: a resolve clock that was met once already would be counted twice.
 */
export function countMetClocks(totals: TotalsAccumulator, before: Incident, after: Incident): void {
  if (before.sla === after.sla || after.reopenCount > 0) return;
  for (const clock of slaClockNames) {
    if (after.sla[clock]?.state !== 'met' || before.sla[clock]?.state === 'met') continue;
    totals.inc('sla_met', [after.priority, after.tier, clock]);
  }
}
