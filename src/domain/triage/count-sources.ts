import { labelValuesOf } from './metric-family.js';

/**
 * Senders of native alerts name their own source, and a total keeps every name for good. Those that come after so many
 * others are counted as `other`.
 */
export const mostSources = 100;
const other = 'other';

/** Returns the name under which totals count a source. `counted`: keys of earlier totals whose first label is the source. */
export function createSourceLabel(counted: Iterable<string>): (source: string) => string {
  const known = new Set<string>();
  // The source is the first label, whatever comes after it.
  for (const key of counted) known.add(labelValuesOf(key, 1)[0] ?? '');
  known.delete(other);
  return (source) => {
    if (known.has(source)) return source;
    if (known.size >= mostSources) return other;
    if (source !== other) known.add(source);
    return source;
  };
}
