import { listAll } from './list-all.js';
import { waitUntil } from './servers/wait-until.js';

/** The part of surface.md's incident that tests of the whole service read. */
export interface IncidentView {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly priority: string;
  readonly impact: string;
  readonly urgency: string;
  readonly category: string;
  readonly service: string | null;
  readonly tier: string;
  readonly team: string;
  readonly policy: string;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly timeToResolveMs: number | null;
  readonly alertCount: number;
  readonly occurrenceCount: number;
}

/** The part of surface.md's alert that tests of the whole service read. */
export interface AlertView {
  readonly fingerprint: string;
  readonly source: string;
  readonly status: 'firing' | 'resolved' | 'expired';
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string | null;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly occurrenceCount: number;
  readonly receivedCount: number;
  readonly incident: string | null;
}

/** All items of a list, every page. */
export async function readAll<T>(url: string): Promise<T[]> {
  const items: T[] = [];
  for await (const item of listAll<T>(url)) items.push(item);
  return items;
}

/** The incidents once there are as many as expected and all of them satisfy the condition. */
export async function awaitIncidents(
  base: string,
  wanted: {
    readonly what: string;
    readonly count: number;
    readonly timeoutMs: number;
    readonly all: (incident: IncidentView) => boolean;
  },
): Promise<IncidentView[]> {
  return waitUntil({ what: wanted.what, timeoutMs: wanted.timeoutMs }, async (seen) => {
    const incidents = await readAll<IncidentView>(`${base}/api/v1/incidents`);
    seen(incidents);
    return incidents.length === wanted.count && incidents.every(wanted.all) ? incidents : undefined;
  });
}
