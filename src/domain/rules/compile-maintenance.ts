import type { Matcher } from '../alert/matcher.js';
import { isMoreImportant, priorityOf, type PriorityPolicy } from '../incident/priority.js';
import type { Priority } from '../incident/scales.js';
import { entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { addDependants, type RawDependants } from './add-dependants.js';
import { compileTimeless } from './compile-timeless.js';
import type { MatcherContext } from './matcher-context.js';
import { compileWindowTimes, type RawTimes } from './compile-window-times.js';
import { withinScope } from './compile-scope.js';
import type { MaintenanceWindow, Service } from './rule-set.js';
import type { Steps } from './run-steps.js';

interface RawWindow extends RawTimes {
  readonly id: string;
  readonly title: string;
  readonly status?: 'active' | 'disabled';
  readonly change?: string;
  readonly reason?: string;
  readonly match: unknown;
  readonly unless?: unknown;
  readonly keep?: unknown;
  readonly includeDependants?: RawDependants;
  readonly effect?: MaintenanceWindow['effect'];
  readonly capPriority?: Priority;
}

interface MaintenanceContext {
  readonly matchers: MatcherContext;
  /** Of windows that name none. */
  readonly timezone: string;
  /** Unix ms; null: nobody wants to know what is over. */
  readonly now: number | null;
  readonly priority: PriorityPolicy | null;
  readonly services: ReadonlyMap<string, Service>;
}

/** `kind: Maintenance`, in order of files and positions. */
export function* compileMaintenance(
  documents: readonly Entry<unknown>[],
  context: MaintenanceContext,
): Steps<readonly MaintenanceWindow[]> {
  const windows: MaintenanceWindow[] = [];
  for (const entry of entriesOf<RawWindow>(documents, 'windows')) {
    yield;
    const window = compileWindow(entry, context);
    if (entry.raw.status !== 'disabled') windows.push(window);
  }
  return windows;
}

function compileWindow(entry: Entry<RawWindow>, context: MaintenanceContext): MaintenanceWindow {
  const { raw, spot } = entry;
  const compile = (key: 'match' | 'unless' | 'keep'): Matcher | null =>
    raw[key] === undefined ? null : compileTimeless(spot.at(key), raw[key], context.matchers);
  const named = compile('match');
  const { includeDependants } = raw;
  const match =
    named === null || includeDependants === undefined
      ? named
      : addDependants(named, includeDependants, { ...context, spot: spot.at('includeDependants') });
  const about = [match, negated(compile('unless'))].filter((part) => part !== null);
  const keep = compile('keep');
  const { effect = 'suppress' } = raw;
  const active = raw.status !== 'disabled';
  const times = compileWindowTimes(spot, raw, { ...context, active, mustExpire: effect === 'suppress' });
  checkCap(raw, spot, context.priority);
  return {
    ref: spot.ref(raw.id),
    title: raw.title,
    reason: composeReason(raw),
    ...{ keep, match: withinScope({ kind: 'all', of: about }, entry), times, effect },
    capPriority: raw.capPriority ?? null,
  };
}

/** Only an effect that lowers has a cap, and the matrix must have something at or below it. */
function checkCap(
  { effect = 'suppress', capPriority }: RawWindow,
  spot: BundleSpot,
  policy: PriorityPolicy | null,
): void {
  if (effect === 'lower' && capPriority === undefined) {
    spot.at('effect').report({
      code: 'missing-key',
      message: 'the effect "lower" needs capPriority',
      hint: 'Add capPriority: P4, say',
    });
  }
  if (effect !== 'lower' && capPriority !== undefined) {
    spot.at('capPriority').report({
      code: 'unknown-key',
      message: `the effect "${effect}" lowers nothing`,
      hint: 'Remove it, or write effect: lower',
      part: 'key',
    });
  }
  if (capPriority === undefined || policy === null) return;
  const least = priorityOf(policy, policy.impacts.at(-1) ?? '', policy.urgencies.at(-1) ?? '');
  if (!isMoreImportant(least, capPriority)) return;
  spot.at('capPriority').report({
    code: 'bad-value',
    message: `the matrix has no priority below ${least}`,
    hint: `Write ${least}`,
  });
}

function negated(matcher: Matcher | null): Matcher | null {
  return matcher === null ? null : { kind: 'not', of: matcher };
}

function composeReason({ title, change, reason }: RawWindow): string {
  const what = change === undefined ? title : `${title} (${change})`;
  return reason === undefined ? what : `${what}: ${reason}`;
}
