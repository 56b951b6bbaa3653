import type { AlertStatus } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import type { Census } from './census.js';

type Counted = Pick<Incident, 'priority' | 'tier' | 'state'>;

/**
 * A census that is kept up as alerts and incidents come, change and go: reading it costs the same however many there are.
 * null stands for "not there": before it came, after it was let go of.
 */
export interface RunningCensus {
  alert(before: AlertStatus | null, after: AlertStatus | null): void;
  incident(before: Counted | null, after: Counted | null): void;
  read(): Census;
}

export function createRunningCensus(): RunningCensus {
  const alerts: Record<AlertStatus, number> = { firing: 0, resolved: 0, expired: 0 };
  const cells = new Map<string, Census['incidents'][number]>();

  function add({ priority, tier, state }: Counted, by: 1 | -1): void {
    const key = `${priority} ${tier} ${state}`;
    const count = (cells.get(key)?.count ?? 0) + by;
    if (count === 0) cells.delete(key);
    else cells.set(key, { priority, tier, state, count });
  }

  return {
    alert(before, after) {
      if (before !== null) alerts[before] -= 1;
      if (after !== null) alerts[after] += 1;
    },
    incident(before, after) {
      if (before !== null && after !== null && isSame(before, after)) return;
      if (before !== null) add(before, -1);
      if (after !== null) add(after, 1);
    },
    read: () => ({ alerts: { ...alerts }, incidents: [...cells.values()] }),
  };
}

function isSame(a: Counted, b: Counted): boolean {
  return a.priority === b.priority && a.tier === b.tier && a.state === b.state;
}
