import type { Matcher } from '../alert/matcher.js';
import { isMoreImportant, priorityOf, type PriorityPolicy } from '../incident/priority.js';
import type { Priority } from '../incident/scales.js';
import { entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileTime, compileZone } from './compile-time.js';
import { compileTimeless } from './compile-timeless.js';
import type { MatcherContext } from './matcher-context.js';
import type { MaintenanceWindow } from './rule-set.js';

interface RawWindow {
  readonly id: string;
  readonly title: string;
  readonly status?: 'active' | 'disabled';
  readonly change?: string;
  readonly reason?: string;
  readonly match: unknown;
  readonly unless?: unknown;
  readonly keep?: unknown;
  readonly from: string;
  readonly to: string;
  readonly timezone?: string;
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
}

const day = 86_400_000;
/** A window that ended longer ago than this has been forgotten by those who wrote it. */
const forgottenAfterMs = 30 * day;

/** `kind: Maintenance`, in order of files and positions. */
export function compileMaintenance(
  documents: readonly Entry<unknown>[],
  context: MaintenanceContext,
): readonly MaintenanceWindow[] {
  const entries = entriesOf<RawWindow>(documents, 'windows');
  return entries
    .map((entry) => ({ window: compileWindow(entry, context), active: entry.raw.status !== 'disabled' }))
    .filter(({ active }) => active)
    .map(({ window }) => window);
}

function compileWindow({ raw, spot }: Entry<RawWindow>, context: MaintenanceContext): MaintenanceWindow {
  const compile = (key: 'match' | 'unless' | 'keep'): Matcher | null =>
    raw[key] === undefined ? null : compileTimeless(spot.at(key), raw[key], context.matchers);
  const about = [compile('match'), negated(compile('unless'))].filter((part) => part !== null);
  const keep = compile('keep');
  const offset = compileZone(spot.at('timezone'), raw.timezone ?? context.timezone);
  const from = compileTime(spot.at('from'), raw.from, offset);
  const to = compileTime(spot.at('to'), raw.to, offset);
  if (from !== null && to !== null && to <= from) {
    spot.at('to').report({
      code: 'bad-value',
      message: 'the window ends before it begins',
      hint: 'Exchange from and to, or write the next day',
    });
  }
  // One that is disabled holds nothing back, however old: somebody copies it.
  const active = raw.status !== 'disabled';
  if (active && to !== null && context.now !== null && to < context.now - forgottenAfterMs) {
    spot.at('to').report({
      code: 'expired',
      level: 'warning',
      message: `the window ended ${Math.floor((context.now - to) / day)} days ago`,
      hint: 'Remove it',
    });
  }
  checkCap(raw, spot, context.priority);
  const reason = composeReason(raw, to ?? 0);
  return {
    ref: spot.ref(raw.id),
    title: raw.title,
    ...{ reason, keep, match: { kind: 'all', of: about } },
    ...{ from: from ?? 0, to: to ?? 0 },
    effect: raw.effect ?? 'suppress',
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

function composeReason({ title, change, reason }: RawWindow, to: number): string {
  const what = change === undefined ? title : `${title} (${change})`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${what}${why}; until ${new Date(to).toISOString()}`;
}
