import type { Field, Matcher } from '../alert/matcher.js';
import type { RuleRef } from '../alert/rule-ref.js';
import { entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import type { GroupRule, InhibitionRule, Partition, RuleSet, TriageAction, TriageRule } from './rule-set.js';

/**
 * Rules that look at several alerts know those of their own shard only, so what they bring together must have the same values of the
 * labels by which alerts are spread. Files an error for each that could look beyond.
 */
export function checkPartition(
  of: (kind: string) => readonly Entry<unknown>[],
  { by }: Partition,
  rules: Pick<RuleSet, 'normalize' | 'classify' | 'adjust' | 'groups' | 'inhibitions'>,
): void {
  if (by.length === 0) return;
  const { normalize, classify, adjust, groups, inhibitions } = rules;
  for (const [rule, spot] of placed(of('Triage'), [...normalize, ...classify, ...adjust]))
    checkWrites(rule, spot, by);
  for (const [rule, spot] of placed(of('Correlation'), groups)) checkGroup(rule, spot.at('by'), by);
  for (const [rule, spot] of placed(of('Inhibition'), inhibitions)) checkInhibition(rule, spot, by);
}

/** The rules with where they stand. Those that are disabled are not compiled. */
function placed<T extends { readonly ref: RuleRef }>(
  documents: readonly Entry<unknown>[],
  rules: readonly T[],
): readonly (readonly [T, BundleSpot])[] {
  const byPlace = new Map(rules.map((rule) => [`${rule.ref.file}:${rule.ref.line}`, rule]));
  return entriesOf<unknown>(documents, 'rules').flatMap(({ spot }) => {
    const rule = byPlace.get(spot.where);
    return rule === undefined ? [] : [[rule, spot] as const];
  });
}

/** Alerts are spread before any rule: after it, two of one value may be on two shards. */
function checkWrites({ then }: TriageRule, spot: BundleSpot, by: readonly string[]): void {
  for (const [name, at] of writtenLabels(then, spot.at('then'))) {
    if (!by.includes(name)) continue;
    at.report({
      code: 'crosses-shards',
      message: `the label ${name} spreads alerts over shards before any rule (partitionBy), and this rule writes it`,
      hint: 'Have the source set it, or write another label',
      part: 'key',
    });
  }
}

function writtenLabels(
  { labels, extract = [], enrich = [] }: TriageAction,
  spot: BundleSpot,
): readonly (readonly [name: string, at: BundleSpot])[] {
  const plain = [...(labels?.keys() ?? [])].map((name) => [name, spot.at('labels', name)] as const);
  const found = extract.flatMap(({ into, groups }) => (into === 'labels' ? groups : []));
  const lookedUp = enrich.flatMap(({ into, name }) => (into === 'labels' ? [name] : []));
  return [
    ...plain,
    ...found.map((name) => [name, spot.at('extract')] as const),
    ...lookedUp.map((name) => [name, spot.at('enrich')] as const),
  ];
}

function checkGroup({ by: fields, match }: GroupRule, spot: BundleSpot, by: readonly string[]): void {
  const missing = by.filter((name) => !hasLabel(fields, name) && pinnedTo(match, name) === null);
  if (missing.length === 0) return;
  spot.report({
    code: 'crosses-shards',
    message: `alerts of one group could be on different shards, because partitionBy spreads them by ${missing.join(', ')}`,
    hint: `Add ${keysOf(missing)} to by`,
  });
}

function checkInhibition(rule: InhibitionRule, spot: BundleSpot, by: readonly string[]): void {
  const missing = by.filter((name) => {
    const value = pinnedTo(rule.mute, name);
    return !hasLabel(rule.equal, name) && (value === null || value !== pinnedTo(rule.when, name));
  });
  if (missing.length === 0) return;
  const along = rule.explainers !== null;
  spot.at(along ? 'topology' : 'equal').report({
    code: 'crosses-shards',
    message: `what mutes and what is muted could be on different shards, because partitionBy spreads alerts by ${missing.join(', ')}`,
    hint: along
      ? `A rule along dependencies does so within one shard only if rootMatch and mute both name the same value of ${missing.join(', ')}`
      : `Add ${keysOf(missing)} to equal`,
  });
}

function hasLabel(fields: readonly Field[], name: string): boolean {
  return fields.some((field) => field.kind === 'label' && field.name === name);
}

function keysOf(names: readonly string[]): string {
  return names.map((name) => `labels.${name}`).join(' and ');
}

/** The only value of a label that the matcher lets through; null: there is none such. */
function pinnedTo(matcher: Matcher, name: string): string | null {
  if (matcher.kind === 'all') {
    for (const part of matcher.of) {
      const value = pinnedTo(part, name);
      if (value !== null) return value;
    }
    return null;
  }
  if (matcher.kind !== 'predicate' || matcher.negate || matcher.whenMissing) return null;
  const { field, test } = matcher;
  if (field.kind !== 'label' || field.name !== name) return null;
  if (test.op === 'equals') return String(test.value);
  return test.op === 'in' && test.values.size === 1 ? String([...test.values][0]) : null;
}
