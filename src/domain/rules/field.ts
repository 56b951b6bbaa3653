import type { Field } from '../alert/matcher.js';
import { nearestName } from './nearest-name.js';

export type ParsedField =
  | { readonly ok: true; readonly field: Field }
  /** `hint` says what to write instead. */
  | { readonly ok: false; readonly error: string; readonly hint: string | null };

type AlertFieldName = Extract<Field, { kind: 'alert' }>['name'];
type IncidentFieldName = Extract<Field, { kind: 'incident' }>['name'];

/** Keys that need no prefix. */
export const alertFieldNames: readonly AlertFieldName[] = [
  'source',
  'status',
  'title',
  'severity',
  'service',
  'env',
  'category',
  'runbook',
];

/** Keys that need no prefix where an incident is judged. */
export const incidentFieldNames: readonly IncidentFieldName[] = [
  'priority',
  'impact',
  'urgency',
  'state',
  'rootService',
  'tier',
  'team',
];

/** What the catalogue knows of the bound service. */
export const serviceAttributes = ['tier', 'team', 'name', 'runbook'] as const;

/**
 * Reads a field as a bundle writes it: a first-class name, `labels.x`, `annotations.x`, `values.x`, `raw.a.b`,
 * `service.x`, with `incidentFields` also `incident.x` and its bare names; any other bare key is a label.
 */
export function parseField(key: string, incidentFields = false): ParsedField {
  const alertField = alertFieldNames.find((name) => name === key);
  if (alertField !== undefined) return accept({ kind: 'alert', name: alertField });
  const incidentField = incidentFields ? incidentFieldNames.find((name) => name === key) : undefined;
  if (incidentField !== undefined) return accept({ kind: 'incident', name: incidentField });
  const dot = key.indexOf('.');
  const prefix = dot < 0 ? '' : key.slice(0, dot);
  const rest = key.slice(dot + 1);
  if (key === '' || (rest === '' && knownPrefixes.has(prefix))) {
    return refuse(`the field name is empty: "${key}"`, 'write a field such as labels.alertname');
  }
  switch (prefix) {
    case 'labels':
      return accept({ kind: 'label', name: rest });
    case 'annotations':
      return accept({ kind: 'annotation', name: rest });
    case 'values':
      return accept({ kind: 'value', name: rest });
    case 'raw':
      return parseRaw(key, rest);
    case 'service':
      return parseServiceAttribute(rest);
    case 'incident':
      return parseIncidentField(rest, incidentFields);
    default:
      return accept({ kind: 'label', name: key });
  }
}

const knownPrefixes: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'values',
  'raw',
  'service',
  'incident',
]);

/** Writes a field with its prefix, as parseField reads it back. */
export function formatField(field: Field): string {
  switch (field.kind) {
    case 'alert':
      return field.name;
    case 'label':
      return `labels.${field.name}`;
    case 'annotation':
      return `annotations.${field.name}`;
    case 'value':
      return `values.${field.name}`;
    case 'raw':
      return `raw.${field.path.join('.')}`;
    case 'service':
      return `service.${field.name}`;
    case 'incident':
      return `incident.${field.name}`;
  }
}

function accept(field: Field): ParsedField {
  return { ok: true, field };
}

function refuse(error: string, hint: string | null): ParsedField {
  return { ok: false, error, hint };
}

function parseRaw(key: string, rest: string): ParsedField {
  const path = rest.split('.');
  if (!path.includes('')) return accept({ kind: 'raw', path });
  return refuse(`"${key}" has an empty part`, 'write one name between two dots, as in raw.detail.host');
}

function parseServiceAttribute(name: string): ParsedField {
  if (serviceAttributes.some((attribute) => attribute === name)) return accept({ kind: 'service', name });
  return refuse(
    `a service has no attribute "${name}"`,
    suggest(
      'service.',
      nearestName(name, serviceAttributes),
      `its attributes are ${serviceAttributes.join(', ')}; a label is written labels.${name}`,
    ),
  );
}

function parseIncidentField(name: string, allowed: boolean): ParsedField {
  const found = incidentFieldNames.find((known) => known === name);
  if (found !== undefined && allowed) return accept({ kind: 'incident', name: found });
  if (found !== undefined) {
    return refuse(`"incident.${name}" is not known before there is an incident`, 'use it in routing only');
  }
  return refuse(
    `an incident has no field "${name}"`,
    suggest(
      'incident.',
      nearestName(name, incidentFieldNames),
      `its fields are ${incidentFieldNames.join(', ')}`,
    ),
  );
}

function suggest(prefix: string, nearest: string | null, otherwise: string): string {
  return nearest === null ? otherwise : `did you mean ${prefix}${nearest}?`;
}
