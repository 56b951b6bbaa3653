import type { IncomingAlert } from '../../domain/alert/alert.js';
import type { Entry } from '../../domain/alert/entry.js';

/** Texts that are remembered; half a KiB each, about. */
const mostKnown = 50_000;

/**
 * Entries whose alerts, where they say the same but for their end, consist of the same objects, however often they were read anew: the
 * packer then writes them once.
 */
export function createAlertSharing(): (entries: readonly Entry[]) => readonly Entry[] {
  const known = new Map<string, Omit<IncomingAlert, 'endsAt'>>();
  const share = ({ endsAt, ...alert }: IncomingAlert): IncomingAlert => {
    // One that names an end is another one, to the packer too.
    const text = `${endsAt === undefined ? 'endless' : 'ending'} ${JSON.stringify(alert)}`;
    const same = known.get(text) ?? alert;
    if (same === alert) {
      if (known.size >= mostKnown) known.clear();
      known.set(text, alert);
    }
    return endsAt === undefined ? same : { ...same, endsAt };
  };
  return (entries) =>
    entries.map((entry) => (entry.kind === 'alerts' ? { ...entry, alerts: entry.alerts.map(share) } : entry));
}
