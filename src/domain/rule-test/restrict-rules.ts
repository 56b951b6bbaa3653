import { checkReference, type BundleSpot } from '../rules/bundle-spot.js';
import type { RuleSet } from '../rules/rule-set.js';

interface Identified {
  readonly ref: { readonly id: string };
}

/** What `with` may name, and where those rules are in a rule set. */
const restrictable = {
  normalize: 'normalize',
  adjust: 'adjust',
  maintenance: 'maintenance',
  inhibition: 'inhibitions',
  correlation: 'groups',
} as const;

/** A rule set in which, of each kind that `with` names, only the rules that it lists are left. */
export function restrictRules(
  rules: RuleSet,
  only: Readonly<Record<string, readonly string[]>>,
  spot: BundleSpot,
): RuleSet {
  let restricted = rules;
  for (const [kind, key] of Object.entries(restrictable)) {
    const wanted = only[kind];
    if (wanted === undefined) continue;
    const all: readonly Identified[] = rules[key];
    const known = new Set(all.map(({ ref }) => ref.id));
    for (const [i, id] of wanted.entries())
      checkReference(spot.at(kind, i), { what: `${kind} rule`, id, known });
    restricted = { ...restricted, [key]: all.filter(({ ref }) => wanted.includes(ref.id)) };
  }
  return restricted;
}
