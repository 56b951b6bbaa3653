import type { JsonValue } from '../alert/alert.js';
import type { Field, FieldValue, MatchSubject } from '../alert/matcher.js';
import type { Incident } from '../incident/incident.js';
import type { Service } from '../rules/rule-set.js';

/** What matchers and templates can read of an alert, whichever stage it has reached. */
export interface ReadableAlert {
  readonly source: string;
  readonly status: string;
  readonly title: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>> | null;
  readonly raw: JsonValue;
  readonly env: string | null;
  readonly service?: string | null;
  readonly category?: string | null;
  readonly runbook?: string | null;
}

type IncidentFields = Pick<
  Incident,
  'priority' | 'impact' | 'urgency' | 'state' | 'service' | 'tier' | 'team' | 'category' | 'title'
>;

/** A view of an alert for matchers. With an incident, its own fields answer first (routing, titles). */
export function alertSubject(
  alert: ReadableAlert,
  service: Service | null,
  incident: IncidentFields | null = null,
): MatchSubject {
  return {
    read(field: Field): FieldValue | undefined {
      switch (field.kind) {
        case 'alert':
          return incident !== null && (field.name === 'category' || field.name === 'service')
            ? (incident[field.name] ?? undefined)
            : (alert[field.name] ?? undefined);
        case 'label':
          return own(alert.labels, field.name);
        case 'annotation':
          return own(alert.annotations, field.name);
        case 'value':
          return alert.values === null ? undefined : own(alert.values, field.name);
        case 'raw':
          return readPath(alert.raw, field.path);
        case 'service':
          return service === null ? undefined : readService(service, field.name);
        case 'incident':
          if (incident === null) return undefined;
          return field.name === 'rootService' ? (incident.service ?? undefined) : incident[field.name];
      }
    },
  };
}

function own<V>(record: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function readPath(value: JsonValue, path: readonly string[]): FieldValue | undefined {
  let at: JsonValue | undefined = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = own(at as Readonly<Record<string, JsonValue>>, name);
  }
  return typeof at === 'object' ? undefined : at;
}

function readService(service: Service, name: string): FieldValue | undefined {
  switch (name) {
    case 'id':
      return service.id;
    case 'tier':
      return service.tier;
    case 'team':
      return service.team;
    case 'name':
      return service.name;
    case 'runbook':
      return service.runbook ?? undefined;
    default:
      return undefined;
  }
}
