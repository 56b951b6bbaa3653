import { listAll } from './list-all.js';

export interface AlertSeen {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: string;
  readonly occurrenceCount: number;
  readonly receivedCount: number;
  readonly suppressedBy: readonly { readonly id: string }[];
  readonly incident: string | null;
}

export interface IncidentSeen {
  readonly id: string;
  readonly state: string;
  readonly tier: string;
  readonly assignee: string | null;
  readonly acknowledgedAt: string | null;
  readonly alertCount: number;
  readonly occurrenceCount: number;
  readonly sla: { readonly resolve: { readonly dueAt: string | null } };
}

export interface EventSeen {
  readonly type: string;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface SilenceSeen {
  readonly id: string;
  readonly comment: string;
}

/** All that the API shows, by what it is looked up with. */
export interface WholeState {
  readonly alerts: readonly AlertSeen[];
  readonly incidents: ReadonlyMap<string, IncidentSeen>;
  readonly timelines: ReadonlyMap<string, readonly EventSeen[]>;
  readonly silences: readonly SilenceSeen[];
}

export async function readWholeState(url: string): Promise<WholeState> {
  const alerts = await collect<AlertSeen>(`${url}/api/v1/alerts?limit=500`);
  const incidents = new Map<string, IncidentSeen>();
  const timelines = new Map<string, readonly EventSeen[]>();
  for await (const incident of listAll<IncidentSeen>(`${url}/api/v1/incidents?limit=500`)) {
    incidents.set(incident.id, incident);
    timelines.set(
      incident.id,
      await collect<EventSeen>(`${url}/api/v1/incidents/${incident.id}/timeline?limit=500`),
    );
  }
  return {
    alerts,
    incidents,
    timelines,
    silences: await collect<SilenceSeen>(`${url}/api/v1/silences?limit=500`),
  };
}

async function collect<T>(url: string): Promise<T[]> {
  const items: T[] = [];
  for await (const item of listAll<T>(url)) items.push(item);
  return items;
}
