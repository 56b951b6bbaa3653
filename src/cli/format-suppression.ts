import type { PresentedTrace } from '../adapters/http/present-trace.js';
import type { RuleTry } from '../domain/triage/trace/rule-try.js';
import { named, proofOf, type TraceLine } from './format-try.js';
import { printable } from './printable.js';

type Suppress = NonNullable<PresentedTrace['suppress']>;

/** What holds the alert back, kind by kind; one line where nothing does. */
export function formatSuppression(
  suppress: Suppress,
  missed: (tries: readonly RuleTry[]) => readonly string[],
): readonly TraceLine[] {
  const lines = [...windows(suppress), ...silences(suppress), ...inhibitions(suppress), ...holds(suppress)];
  const below = missed([...suppress.maintenance, ...suppress.inhibitions]);
  const rest = below.length === 0 ? [] : [{ stage: '', text: 'others', below }];
  if (lines.length > 0) return [...lines, ...rest];
  const sources = suppress.inhibitions.filter(({ isSource }) => isSource).map(({ rule }) => rule.id);
  const mutes = sources.length === 0 ? '' : `   (it mutes others: ${sources.join(', ')})`;
  return [{ stage: 'mute', text: `none${mutes}`, below }];
}

function windows({ maintenance }: Suppress): readonly TraceLine[] {
  return maintenance
    .filter(({ verdict }) => verdict === 'matched')
    .map((one) => ({
      ...{ stage: 'maintain', text: `${named(one.rule)}  effect ${one.effect}`, below: proofOf(one) },
    }));
}

function silences({ silences: all }: Suppress): readonly TraceLine[] {
  return all
    .filter(({ holds }) => holds)
    .map(({ id, createdBy, comment, endsAt, matchers }) => ({
      stage: 'silence',
      text: `${id}  ${printable(createdBy)}: ${printable(comment)}  until ${endsAt}`,
      below: matchers.map(({ text }) => `  ✓ ${printable(text)}`),
    }));
}

function inhibitions({ inhibitions: all }: Suppress): readonly TraceLine[] {
  return all
    .filter(({ verdict }) => verdict === 'matched')
    .map((one) => {
      const equal = one.equal.map(({ field, value }) => `${field} = ${printable(value ?? '')}`).join(', ');
      const effect = one.effect === 'attach' ? '  effect attach' : '';
      const text = `${named(one.rule)}${effect}  by ${one.mutedBy.join(', ')}${equal === '' ? '' : `  (${equal})`}`;
      return { stage: 'inhibit', text, below: proofOf(one) };
    });
}

function holds({ hold }: Suppress): readonly TraceLine[] {
  if (hold === null) return [];
  return [{ stage: 'hold', text: `${named(hold.rule)}  ${printable(hold.reason)}` }];
}
