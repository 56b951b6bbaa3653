import type { JsonValue } from '../alert/alert.js';
import type { Field, FieldValue, MatchSubject, Schedule } from '../alert/matcher.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { Incident } from '../incident/incident.js';
import type { Canary, Service, TriageRule } from '../rules/rule-set.js';

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
  /** Who wants to know what is read of it. */
  readonly witness?: ReadWitness;
}

/** Sees what decides over an alert. */
export interface ReadWitness {
  /** Of what matchers ask for. */
  readonly read: (field: Field) => void;
  /** Of what is taken over into what a rule writes. */
  readonly taken?: (field: Field) => void;
  readonly asked: (schedule: Schedule) => void;
  /** Is told of each canary that the alert's fingerprint decides. */
  readonly drawn?: (canary: Canary) => void;
  /** Is told of each field by which a canary goes. */
  readonly drawnBy?: (field: Field) => void;
  /** Is told of each rule before it is held against the alert, in order, and after that of what came of it. */
  readonly begun?: (rule: RuleRef) => void;
  readonly tried?: (attempt: Attempt) => void;
}

/** A rule that a stage held against an alert. */
export interface Attempt {
  readonly stage: 'normalize' | 'bind' | 'classify' | 'adjust';
  readonly rule: Pick<TriageRule, 'ref' | 'title' | 'match' | 'shadow'>;
  readonly subject: MatchSubject;
  readonly before: ReadableAlert;
  /** As the rule left it, or of a rule in shadow would have; null: the rule is not for it. */
  readonly after: ReadableAlert | null;
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
  const subject = plainSubject(alert, service, incident);
  const { witness } = alert;
  if (witness === undefined) return subject;
  return {
    read(field) {
      witness.read(field);
      return subject.read(field);
    },
    asks: witness.asked,
  };
}

function plainSubject(
  alert: ReadableAlert,
  service: Service | null,
  incident: IncidentFields | null,
): MatchSubject {
  return {
    read(field: Field): FieldValue | undefined {
      switch (field.kind) {
        case 'alert':
          return incident !== null && (field.name === 'category' || field.name === 'service')
            ? (incident[field.name] ?? undefined)
            : (alert[field.name] ?? undefined);
        case 'label':
          return readOwn(alert.labels, field.name);
        case 'annotation':
          return readOwn(alert.annotations, field.name);
        case 'value':
          return alert.values === null ? undefined : readOwn(alert.values, field.name);
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

/** The value under a name; what only the prototype has is no text and no number, and so there is none. */
export function readOwn<V extends string | number>(
  record: Readonly<Record<string, V>>,
  name: string,
): V | undefined {
  const value = record[name];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

export function readPath(value: JsonValue, path: readonly string[]): FieldValue | undefined {
  let at: JsonValue | undefined = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.hasOwn(at, name) ? (at as Readonly<Record<string, JsonValue>>)[name] : undefined;
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
