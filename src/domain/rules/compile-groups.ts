import type { WindowMode } from '../incident/incident.js';
import { checkUniqueIds, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { checkUsual, day, minute, second } from './check-usual.js';
import {
  compileCondition,
  compileFields,
  compilePositiveDuration,
  compileTemplate,
} from './compile-value.js';
import { hashShape } from './hash-shape.js';
import type { MatcherContext } from './matcher-context.js';
import { nearestName } from './nearest-name.js';
import { withinScope } from './compile-scope.js';
import type { GroupRule } from './rule-set.js';
import type { Steps } from './run-steps.js';

interface RawWindow {
  readonly mode: WindowMode;
  readonly idle?: string;
  readonly maxAge?: string;
}

interface RawGroup {
  readonly id: string;
  readonly title?: string;
  readonly status?: 'active' | 'disabled';
  readonly weight?: number;
  readonly match?: unknown;
  readonly unless?: unknown;
  readonly by: readonly string[];
  readonly window: RawWindow;
  readonly maxAlerts?: number;
  readonly overflow?: 'count' | 'split';
  readonly stopValues?: Readonly<Record<string, readonly string[]>>;
  readonly then?: { readonly incident: { readonly title?: string; readonly category?: string } };
}

/** `kind: Correlation`: rules of `type: group`, heaviest first. */
export function* compileGroups(
  documents: readonly Entry<unknown>[],
  context: MatcherContext,
): Steps<readonly GroupRule[]> {
  const entries = entriesOf<RawGroup>(documents, 'rules');
  checkUniqueIds('rule', entries);
  const groups: GroupRule[] = [];
  for (const entry of entries) {
    yield;
    const rule = compileGroup(entry, context);
    if (entry.raw.status !== 'disabled') groups.push(rule);
  }
  return groups.sort((a, b) => b.weight - a.weight);
}

function compileGroup(entry: Entry<RawGroup>, context: MatcherContext): GroupRule {
  const { raw, spot } = entry;
  const by = compileFields(spot.at('by'), raw.by, context);
  const shape = {
    match: withinScope(compileCondition(spot, raw, context), entry),
    ...compileWindow(raw.window, spot.at('window')),
    maxAlerts: raw.maxAlerts ?? 500,
    overflow: raw.overflow ?? 'count',
    stopValues: compileStopValues(raw, spot.at('stopValues')),
  };
  const incident = raw.then?.incident;
  const title = incident?.title;
  return {
    ref: spot.ref(raw.id),
    title: raw.title ?? raw.id,
    weight: raw.weight ?? 50,
    stateHash: hashShape(by, shape),
    by,
    ...shape,
    incident: {
      title:
        title === undefined ? null : compileTemplate(spot.at('then', 'incident', 'title'), title, context),
      category: incident?.category ?? null,
    },
  };
}

type WindowShape = Pick<GroupRule, 'mode' | 'idleMs' | 'maxAgeMs'>;

/** A session needs both lengths, a fixed window its length only, a rolling one an idle time and perhaps an end. */
function compileWindow({ mode, idle, maxAge }: RawWindow, spot: BundleSpot): WindowShape {
  if (idle === undefined && mode !== 'fixed') reportMissing(spot, mode, 'idle: 20m');
  if (maxAge === undefined && mode !== 'rolling') reportMissing(spot, mode, 'maxAge: 6h');
  if (idle !== undefined && mode === 'fixed') {
    spot.at('idle').report({
      code: 'unknown-key',
      message: 'a fixed window has no idle time: nothing keeps it open, and nothing ends it early',
      hint: 'Remove it, or write mode: rolling',
      part: 'key',
    });
  }
  const idleMs = idle === undefined ? null : compilePositiveDuration(spot.at('idle'), idle);
  const maxAgeMs = maxAge === undefined ? null : compilePositiveDuration(spot.at('maxAge'), maxAge);
  if (mode !== 'fixed' && idleMs !== null && maxAgeMs !== null && maxAgeMs > 0 && maxAgeMs < idleMs) {
    spot.at('maxAge').report({
      code: 'bad-duration',
      message: `a window that ends after ${maxAge ?? ''} can never be idle for ${idle ?? ''}`,
      hint: 'Make maxAge at least as long as idle',
    });
  }
  checkUsual(spot.at('idle'), idleMs ?? 0, { least: 10 * second, most: 7 * day });
  checkUsual(spot.at('maxAge'), maxAgeMs ?? 0, { least: minute, most: 30 * day });
  return { mode, idleMs, maxAgeMs };
}

function reportMissing(spot: BundleSpot, mode: WindowMode, example: string): void {
  const [key = ''] = example.split(':');
  spot.report({
    code: 'missing-key',
    message: `a window of mode ${mode} needs ${key}`,
    hint: `Add ${example}, say`,
  });
}

function compileStopValues(raw: RawGroup, spot: BundleSpot): ReadonlySet<string>[] {
  const stopValues = raw.stopValues ?? {};
  for (const key of Object.keys(stopValues)) {
    if (raw.by.includes(key)) continue;
    const nearest = nearestName(key, raw.by);
    spot.at(key).report({
      code: 'unknown-reference',
      message: `"${key}" is not a field of "by"`,
      hint: nearest === null ? `Fields: ${raw.by.join(', ')}` : `Did you mean "${nearest}"?`,
      part: 'key',
    });
  }
  return raw.by.map((key) => new Set(Object.hasOwn(stopValues, key) ? stopValues[key] : []));
}
