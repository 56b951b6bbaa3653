import type { Labels } from '../alert/alert.js';
import { quoted } from './quoted.js';

/** What one alert may carry. Alertmanager knows no limit; without one a single request could hold a shard up. */
export const alertLimits = {
  /** Labels, and as many annotations. */
  pairs: 256,
  /** UTF-16 units of all names and values of labels and annotations together. */
  text: 65_536,
} as const;

/** Pairs as they came: Go senders write an unset text as null. */
export type ReceivedPairs = Readonly<Record<string, string | null>>;

// With the `u` flag a whole pair is one character, so this finds halves only.
const halfPair = /\p{Surrogate}/u;

export function isWellFormed(text: string): boolean {
  return !halfPair.test(text);
}

/** The pairs but those without a value: an empty label is an absent one. The same object if there is nothing to drop. */
export function withoutEmpty(pairs: ReceivedPairs): Labels {
  for (const name in pairs) {
    const value = pairs[name];
    if (value === '' || value === null)
      return rebuilt(Object.entries(pairs).filter(([, text]) => text !== '' && text !== null));
  }
  return pairs as Labels;
}

/** The pairs with '' for null. The same object if there is nothing to replace. */
export function withoutNull(pairs: ReceivedPairs): Labels {
  for (const name in pairs) if (pairs[name] === null) return rebuilt(Object.entries(pairs));
  return pairs as Labels;
}

// fromEntries defines properties and never runs a setter, so a label named `__proto__` stays a label.
function rebuilt(entries: readonly (readonly [string, string | null])[]): Labels {
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

/** `pointer` is relative to the alert. */
export interface PairsProblem {
  readonly pointer: string;
  readonly message: string;
}

/**
 * What is wrong with an alert's labels (empty ones dropped already) and annotations, or null. The words for names, values
 * and the empty set are Alertmanager's.
 */
export function pairsProblem(labels: Labels, annotations: Labels, wellFormed: boolean): PairsProblem | null {
  const ofLabels = sizeOf(labels);
  const ofAnnotations = sizeOf(annotations);
  if (ofLabels > 0 && ofAnnotations >= 0 && ofLabels + ofAnnotations <= alertLimits.text && wellFormed)
    return null;
  if (ofLabels === 0) return { pointer: '/labels', message: 'at least one label pair required' };
  return (
    countProblem('labels', labels) ??
    countProblem('annotations', annotations) ??
    textProblem('labels', labels) ??
    textProblem('annotations', annotations) ??
    sizeProblem(ofLabels + ofAnnotations)
  );
}

/** Length of all names and values, 0 for no pairs, or -1 when a name is empty or there are too many pairs. */
function sizeOf(pairs: Labels): number {
  let count = 0;
  let size = 0;
  for (const name in pairs) {
    if (name === '') return -1;
    count++;
    size += name.length + (pairs[name] ?? '').length;
  }
  return count > alertLimits.pairs ? -1 : size;
}

function countProblem(what: 'labels' | 'annotations', pairs: Labels): PairsProblem | null {
  const count = Object.keys(pairs).length;
  if (count <= alertLimits.pairs) return null;
  return { pointer: `/${what}`, message: `too many ${what}: ${count}, at most ${alertLimits.pairs}` };
}

function textProblem(what: 'labels' | 'annotations', pairs: Labels): PairsProblem | null {
  const set = what === 'labels' ? 'label set' : 'annotations';
  for (const [name, value] of Object.entries(pairs)) {
    const pointer = `/${what}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (name === '' || !isWellFormed(name))
      return { pointer, message: `invalid ${set}: invalid name ${quoted(name)}` };
    if (!isWellFormed(value))
      return {
        pointer,
        message: `invalid ${set}: invalid value ${quoted(value)} of ${quoted(name)}`,
      };
  }
  return null;
}

function sizeProblem(size: number): PairsProblem | null {
  if (size <= alertLimits.text) return null;
  return {
    pointer: '',
    message: `alert too large: ${size} characters in labels and annotations, at most ${alertLimits.text}`,
  };
}
