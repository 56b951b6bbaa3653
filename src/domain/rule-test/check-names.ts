import { severities, type JsonValue } from '../alert/alert.js';
import { incidentStates, priorities } from '../incident/scales.js';
import { slaClockNames } from '../incident/sla.js';
import { checkReference, type BundleSpot } from '../rules/bundle-spot.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { Filter, RawPart } from './raw-rule-test.js';
import type { Subject } from './scenario.js';

/** The words that a field of an expectation can have; `what` is the plain word for one of them. */
interface Known {
  readonly what: string;
  readonly ids: ReadonlySet<string>;
}

/** Field of an expectation → what it can name. */
export type KnownNames = Readonly<Record<Subject, ReadonlyMap<string, Known>>>;

export function knownNames(rules: RuleSet): KnownNames {
  const known = (what: string, ids: Iterable<string>): Known => ({ what, ids: new Set(ids) });
  const ofKind = (kind: string): readonly string[] =>
    rules.catalogue.filter((one) => one.kind === kind).map(({ ref }) => ref.id);
  const disabled = (rules.disabled ?? []).map(({ ref }) => ref.id);
  const service = known('service', rules.services.keys());
  const team = known('team', rules.teams.keys());
  const policy = known('policy', rules.policies.keys());
  const priority = known('priority', priorities);
  const tier = known('tier', rules.tiers.keys());
  return {
    alerts: new Map([
      ['service', service],
      ['severity', known('severity', severities)],
      ['status', known('status of an alert', ['firing', 'resolved', 'expired'])],
      ['impact', known('impact', rules.priority.impacts)],
      ['urgency', known('urgency', rules.priority.urgencies)],
      ['rule', known('classify rule', [...ofKind('classify'), ...disabled])],
    ]),
    incidents: new Map([
      ...[['service', service] as const, ['services', service] as const],
      ...[['team', team] as const, ['alsoNotify', team] as const],
      ...[['policy', policy] as const, ['priority', priority] as const, ['tier', tier] as const],
      ['impact', known('impact', rules.priority.impacts)],
      ['urgency', known('urgency', rules.priority.urgencies)],
      ['state', known('state of an incident', incidentStates)],
      ['rule', known('correlation rule', ofKind('group'))],
      ['route', known('route', ofKind('route'))],
    ]),
    notified: new Map([
      ...[['policy', policy] as const, ['priority', priority] as const, ['tier', tier] as const],
      ['channel', known('channel', rules.channels.keys())],
      ['notifier', known('notifier', rules.notifiers.keys())],
      ['clock', known('clock', slaClockNames)],
      ['to.team', team],
    ]),
  };
}

/**
 * Files an error for each name in an expectation that nothing goes by: under `none` it would hold whatever happens. `spot` is that of the part.
 */
export function checkNames(
  part: RawPart | readonly Filter[],
  spot: BundleSpot,
  known: ReadonlyMap<string, Known>,
): void {
  if (isList(part)) {
    for (const [i, filter] of part.entries()) checkFilter(filter, spot.at(i), { known, path: '' });
    return;
  }
  for (const key of ['has', 'none'] as const) {
    for (const [i, filter] of (part[key] ?? []).entries())
      checkFilter(filter, spot.at(key, i), { known, path: '' });
  }
}

function isList(part: RawPart | readonly Filter[]): part is readonly Filter[] {
  return Array.isArray(part);
}

function checkFilter(
  filter: Filter,
  spot: BundleSpot,
  { known, path }: { readonly known: ReadonlyMap<string, Known>; readonly path: string },
): void {
  for (const [key, wanted] of Object.entries(filter)) {
    if (key === 'to' && typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
      checkFilter(wanted as Filter, spot.at(key), { known, path: `${key}.` });
      continue;
    }
    const words = known.get(path + key);
    if (words === undefined) continue;
    const values: readonly JsonValue[] = Array.isArray(wanted) ? (wanted as readonly JsonValue[]) : [wanted];
    for (const [i, value] of values.entries()) {
      if (typeof value !== 'string') continue;
      const at = Array.isArray(wanted) ? spot.at(key, i) : spot.at(key);
      checkReference(at, { what: words.what, id: value, known: words.ids });
    }
  }
}
