import type { RuleRef } from '../alert/rule-ref.js';
import { checkReference, type BundleSpot } from './bundle-spot.js';
import { canBothHold, type Alternatives } from './can-both-hold.js';
import { conjunctionsOf } from './conjunctions.js';
import { findWitness } from './find-witness.js';
import type { TriageAction, TriageRule } from './rule-set.js';
import type { Steps } from './run-steps.js';

/** A rule of a stage in which every rule that matches acts, in its place in the order. */
export interface Writing {
  readonly rule: TriageRule;
  readonly spot: BundleSpot;
  /** Ids of rules over whose values this one means to write. */
  readonly overrides: readonly string[];
}

type Scalar = 'title' | 'severity' | 'env' | 'category' | 'impact' | 'urgency' | 'runbook';
const scalars: readonly Scalar[] = ['title', 'severity', 'env', 'category', 'impact', 'urgency', 'runbook'];

/** Pairs take quadratic time: a stage of many thousands of rules is looked through in part. */
const mostPairs = 50_000;

/**
 * Warns of two rules that may match one alert and write different values into one field: the later one wins, and whoever wrote the
 * earlier may not know. Says so where an override could not come true.
 */
export function* checkOverwrites(rules: readonly Writing[]): Steps<void> {
  const places = new Map(rules.map(({ rule }, place) => [rule.ref.id, place]));
  for (const [place, one] of rules.entries()) checkOverrides(one, { place, places });
  const budget = { pairs: mostPairs };
  const writersOf = scalars.map((scalar) => ({ scalar, writers: [] as Writer[] }));
  for (const [place, one] of rules.filter(({ rule }) => rule.shadow !== true).entries()) {
    yield;
    const writer = { ...one, place, alternatives: conjunctionsOf(one.rule.match) };
    for (const { scalar, writers } of writersOf)
      if (one.rule.then[scalar] !== undefined) writers.push(writer);
  }
  for (const { scalar, writers } of writersOf) {
    const byText = groupByText(writers, scalar);
    for (const later of writers) {
      yield;
      yield* checkLater(later, { byText, scalar, budget });
    }
  }
}

type Writer = Writing & { readonly place: number; readonly alternatives: Alternatives };

/** In order. Those that write the same never beat each other, and may be many: they are not gone through. */
function groupByText(writers: readonly Writer[], scalar: Scalar): ReadonlyMap<string, readonly Writer[]> {
  const byText = new Map<string, Writer[]>();
  for (const one of writers) {
    const text = textOf(one.rule.then, scalar) ?? '';
    const others = byText.get(text);
    if (others === undefined) byText.set(text, [one]);
    else others.push(one);
  }
  return byText;
}

function checkOverrides(
  { spot, overrides }: Writing,
  { place, places }: { readonly place: number; readonly places: ReadonlyMap<string, number> },
): void {
  for (const [index, id] of overrides.entries()) {
    const here = spot.at('overrides', index);
    const other = places.get(id);
    if (other === undefined) checkReference(here, { what: 'other rule of this stage', id, known: places });
    else if (other >= place) {
      here.report({
        code: 'bad-value',
        message: `"${id}" comes later, so it has the last word`,
        hint: `Add after: [${id}], or move this rule behind it`,
      });
    }
  }
}

function* checkLater(
  later: Writer,
  among: {
    readonly byText: ReadonlyMap<string, readonly Writer[]>;
    readonly scalar: Scalar;
    readonly budget: { pairs: number };
  },
): Steps<void> {
  const { byText, scalar, budget } = among;
  const written = textOf(later.rule.then, scalar);
  const found: Writer[] = [];
  for (const [text, writers] of byText) {
    // Texts are in order of their first writers.
    if (budget.pairs <= 0 || (writers[0]?.place ?? 0) > later.place) break;
    if (text === written) continue;
    for (const earlier of writers) {
      if (earlier.place > later.place || budget.pairs <= 0) break;
      yield;
      if (later.overrides.includes(earlier.rule.ref.id)) continue;
      budget.pairs -= 1;
      if (canBothHold(earlier.alternatives, later.alternatives)) found.push(earlier);
    }
  }
  if (found.length === 0) return;
  const beaten = found.sort((a, b) => a.place - b.place).map(({ rule }): RuleRef => rule.ref);
  const others = beaten.map(({ id, file, line }) => `"${id}" (${file}:${line})`).join(', ');
  later.spot.at('then', scalar).report({
    code: 'conflict',
    level: 'warning',
    message: `one alert may match this rule and ${others}, with another ${scalar}: this rule, the later one, wins${witnessOf(later, found)}`,
    hint: `Where that is meant add overrides: [${beaten.map(({ id }) => id).join(', ')}]; else let one leave the other's alerts alone`,
    part: 'key',
  });
}

/** An alert that shows it, if one can be made up. */
function witnessOf(later: Writer, earlier: readonly Writer[]): string {
  for (const one of earlier.slice(0, 3)) {
    const witness = findWitness(one.rule.match, later.rule.match);
    if (witness !== null) return `, as for one with ${witness}`;
  }
  return '';
}

function textOf(action: TriageAction, scalar: Scalar): string | undefined {
  const value = action[scalar];
  return typeof value === 'object' ? value.source : value;
}
