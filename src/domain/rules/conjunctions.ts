import type { Matcher, Predicate } from '../alert/matcher.js';

/** A test that is asked as it stands: nothing is nested in it, and turned round it is one again. */
export type Literal = Predicate | Extract<Matcher, { kind: 'during' }>;

/** Literals that must all hold; of none, everything does. */
export type Conjunction = readonly Literal[];

/** A matcher of more is not looked into. */
const mostConjunctions = 64;

/** The matcher as "any of" conjunctions; of none, nothing matches. null: it stands for more than `limit` of them. */
export function conjunctionsOf(matcher: Matcher, limit = mostConjunctions): readonly Conjunction[] | null {
  return expand(matcher, { negated: false, limit });
}

/** What holds for exactly those that the matcher does not hold for, as `conjunctionsOf` has it. */
export function oppositeOf(matcher: Matcher, limit = mostConjunctions): readonly Conjunction[] | null {
  return expand(matcher, { negated: true, limit });
}

interface Sense {
  readonly negated: boolean;
  readonly limit: number;
}

function expand(matcher: Matcher, sense: Sense): readonly Conjunction[] | null {
  const { negated } = sense;
  switch (matcher.kind) {
    case 'predicate': {
      const { negate, whenMissing } = matcher;
      return [[negated ? { ...matcher, negate: !negate, whenMissing: !whenMissing } : matcher]];
    }
    case 'during':
      return [[negated ? { ...matcher, negate: !matcher.negate } : matcher]];
    case 'not':
      return expand(matcher.of, { ...sense, negated: !negated });
    case 'all':
    case 'any':
      return (matcher.kind === 'all') !== negated ? combine(matcher.of, sense) : gather(matcher.of, sense);
  }
}

function gather(parts: readonly Matcher[], sense: Sense): readonly Conjunction[] | null {
  const all: Conjunction[] = [];
  for (const part of parts) {
    const expanded = expand(part, sense);
    if (expanded === null || all.length + expanded.length > sense.limit) return null;
    all.push(...expanded);
  }
  return all;
}

function combine(parts: readonly Matcher[], sense: Sense): readonly Conjunction[] | null {
  let all: readonly Conjunction[] = [[]];
  for (const part of parts) {
    const expanded = expand(part, sense);
    if (expanded === null || all.length * expanded.length > sense.limit) return null;
    all = all.flatMap((left) => expanded.map((right) => [...left, ...right]));
  }
  return all;
}
