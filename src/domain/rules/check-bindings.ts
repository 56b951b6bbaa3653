import type { BundleSpot } from './bundle-spot.js';
import { whoTakes } from './check-shadowing.js';
import { valuesOf } from './compare-tests.js';
import { conjunctionsOf, type Conjunction } from './conjunctions.js';
import { createCoverIndex } from './cover-index.js';
import { quoted } from './describe-test.js';
import { formatField } from './field.js';
import type { Service, ServiceBinding } from './rule-set.js';
import type { Steps } from './run-steps.js';

export interface PlacedBinding extends ServiceBinding {
  readonly spot: BundleSpot;
}

const budget = 200_000;
/** Of a binding that lists more than so many values together only some are compared. */
const mostKinds = 1_000;

/** Warns of bindings by which an alert is about two services: the first in order of files has it, the other never. */
export function* checkBindings(bindings: readonly PlacedBinding[]): Steps<void> {
  const index = createCoverIndex<Service>(budget);
  const firstOf = new Map<string, Service>();
  for (const { service, match, spot } of bindings) {
    yield;
    const conjunctions = conjunctionsOf(match) ?? [];
    const others = [...(whoTakes(match, index) ?? [])].filter(({ id }) => id !== service.id);
    const kinds = conjunctions.flatMap(kindsOf);
    if (others.length > 0) reportTaken(spot, others);
    else reportShared(spot, kinds, { service, firstOf });
    for (const conjunction of conjunctions) index.add(conjunction, service);
    for (const kind of kinds) if (!firstOf.has(kind)) firstOf.set(kind, service);
  }
}

function reportTaken(spot: BundleSpot, others: readonly Service[]): void {
  spot.report({
    level: 'warning',
    code: 'shadowed',
    message: `this binds nothing: whatever it matches is bound before to ${others.map(named).join(' and ')}`,
    hint: 'Move this service before the other, make the other binding narrower, or remove one of the two',
  });
}

function reportShared(
  spot: BundleSpot,
  kinds: readonly string[],
  { service, firstOf }: { readonly service: Service; readonly firstOf: ReadonlyMap<string, Service> },
): void {
  for (const kind of kinds) {
    const first = firstOf.get(kind);
    if (first === undefined || first.id === service.id) continue;
    spot.report({
      level: 'warning',
      code: 'double-binding',
      message: `an alert with ${kind} is bound to ${named(first)} as well, which comes first`,
      hint: 'Leave it to one of the two services',
    });
    return;
  }
}

function named({ id, ref }: Service): string {
  return `${id} (${ref.file}:${ref.line})`;
}

/** The alerts that a conjunction is about, in words, where it asks for nothing but values or words of fields. */
function kindsOf(conjunction: Conjunction): readonly string[] {
  let kinds = [''];
  const parts = conjunction.map(partsOf);
  for (const part of parts.toSorted((a, b) => ((a?.[0] ?? '') < (b?.[0] ?? '') ? -1 : 1))) {
    if (part === null || part.length * kinds.length > mostKinds) return [];
    kinds = kinds.flatMap((kind) => part.map((one) => (kind === '' ? one : `${kind} and ${one}`)));
  }
  return conjunction.length === 0 ? [] : kinds;
}

function partsOf(literal: Conjunction[number]): readonly string[] | null {
  if (literal.kind === 'during' || literal.negate) return null;
  const name = formatField(literal.field);
  if (literal.test.op === 'words')
    return literal.test.list.source.map((word) => `the word ${quoted(word)} in ${name}`);
  return valuesOf(literal.test)?.map((value) => `${name} = ${quoted(value)}`) ?? null;
}
