import { medianOf } from './compare.js';

/** The median of ratios, at least one, and how far they lie apart; `what` each of them was found in. */
export function ratioOf(
  ratios: readonly number[],
  what: string,
): { readonly value: number; readonly detail: string } {
  const sorted = ratios.toSorted((a, b) => a - b);
  const spread = `${(sorted[0] as number).toFixed(2)} to ${(sorted.at(-1) as number).toFixed(2)}`;
  return { value: medianOf(sorted), detail: `median of ${sorted.length} ${what} from ${spread}` };
}
