import { severities } from '../alert/alert.js';
import type { Field } from '../alert/matcher.js';
import { incidentStates, priorities, supportTiers } from '../incident/scales.js';
import { alertFieldNames, formatField, incidentFieldNames, parseField, serviceAttributes } from './field.js';
import type { FieldType, MatcherContext } from './matcher-context.js';
import { nearestName } from './nearest-name.js';

export type ResolvedField =
  /** `type` is null where anything goes (annotations, raw). */
  | { readonly ok: true; readonly field: Field; readonly type: FieldType | null }
  | { readonly ok: false; readonly message: string; readonly hint: string | null };

/** What is known of fields without any vocabulary. */
const builtInTypes: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ['severity', { type: 'enum', values: severities, ordered: true }],
  ['status', { type: 'enum', values: ['firing', 'resolved', 'expired'] }],
  ['service.tier', { type: 'number' }],
  ['incident.priority', { type: 'enum', values: priorities, ordered: true }],
  ['incident.state', { type: 'enum', values: incidentStates }],
  // L3 is the most skilled, so `tier: {gte: L2}` is L2 and L3.
  ['incident.tier', { type: 'enum', values: supportTiers.toReversed(), ordered: true }],
]);

const text: FieldType = { type: 'string' };

/** Reads a key and looks it up in the vocabulary. Labels and values must be declared; annotations and raw need not. */
export function resolveField(
  key: string,
  context: Pick<MatcherContext, 'fields' | 'incidentFields'>,
): ResolvedField {
  const parsed = parseField(key, context.incidentFields);
  if (!parsed.ok) return { ok: false, message: parsed.error, hint: parsed.hint };
  const { field } = parsed;
  const name = formatField(field);
  const declared = context.fields.get(name) ?? context.fields.get(key) ?? builtInTypes.get(name);
  if (declared !== undefined) return { ok: true, field, type: declared };
  if (field.kind === 'annotation' || field.kind === 'raw') return { ok: true, field, type: null };
  if (field.kind !== 'label' && field.kind !== 'value') return { ok: true, field, type: text };
  return { ok: false, message: `unknown field "${key}"`, hint: adviseOn(key, name, context) };
}

function adviseOn(
  key: string,
  canonical: string,
  context: Pick<MatcherContext, 'fields' | 'incidentFields'>,
): string {
  const declare = `declare ${canonical} under fields in bundle.yaml`;
  if (incidentFieldNames.some((name) => name === key)) {
    const ofService = serviceAttributes.find((attribute) => attribute === key);
    return ofService === undefined
      ? `${key} is a field of incidents, for which only routing can ask; if a label is meant, ${declare}`
      : `did you mean service.${ofService}? Else ${declare}`;
  }
  const nearest = nearestName(key, knownKeys(context));
  return nearest === null ? declare : `did you mean "${nearest}"? Else ${declare}`;
}

/** All keys that would have been taken, as people write them. */
function* knownKeys(context: Pick<MatcherContext, 'fields' | 'incidentFields'>): Iterable<string> {
  yield* alertFieldNames;
  if (context.incidentFields) yield* incidentFieldNames;
  for (const name of context.fields.keys()) {
    yield name;
    if (name.startsWith('labels.')) yield name.slice('labels.'.length);
  }
  for (const attribute of serviceAttributes) yield `service.${attribute}`;
}
