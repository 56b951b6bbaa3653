import type { Severity } from '../alert/alert.js';
import type { Matcher } from '../alert/matcher.js';
import type { PriorityPolicy } from '../incident/priority.js';
import { checkReference, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileCanary, type RawCanary } from './compile-canary.js';
import { checkShadowing } from './check-shadowing.js';
import { compileEnrich, type RawEnrichment, type Tables } from './compile-enrich.js';
import { compileExtract, type RawExtraction } from './compile-extract.js';
import { compileExceptions, type RawException } from './compile-exceptions.js';
import { compileLastDay } from './compile-last-day.js';
import { compileHold, type RawHold } from './compile-hold.js';
import { checkOverwrites, type Writing } from './check-overwrites.js';
import { checkLevel } from './compile-priority.js';
import type { Settings, TriageSet, TriageStage } from './compile-settings.js';
import { withinScope } from './compile-scope.js';
import { readConstant } from './compile-constant.js';
import { compileCondition, compileTemplate } from './compile-value.js';
import type { MatcherContext } from './matcher-context.js';
import { orderRules, type Placed } from './order-rules.js';
import type { ListedRule, RuleSet, TriageAction, TriageRule } from './rule-set.js';
import type { Steps } from './run-steps.js';
import type { Template } from './template.js';

interface RawAction {
  readonly title?: string;
  readonly severity?: Severity;
  readonly env?: string;
  readonly category?: string;
  readonly impact?: string;
  readonly urgency?: string;
  readonly runbook?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly extract?: RawExtraction | readonly RawExtraction[];
  readonly enrich?: readonly RawEnrichment[];
  readonly hold?: RawHold;
}

interface RawTriageRule {
  readonly id: string;
  readonly set: string;
  readonly title?: string;
  readonly status?: 'active' | 'shadow' | 'disabled' | 'deprecated';
  readonly canary?: RawCanary;
  readonly expires?: string;
  readonly catchAll?: true;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly overrides?: readonly string[];
  readonly match?: unknown;
  readonly unless?: unknown;
  readonly exceptions?: readonly RawException[];
  readonly then: RawAction;
}

export type TriageRules = Readonly<Record<TriageStage, readonly TriageRule[]>> &
  Required<Pick<RuleSet, 'disabled'>>;

export interface TriageContext {
  readonly settings: Settings;
  readonly priority: PriorityPolicy | null;
  /** Unix ms; null: nobody wants to know what is over. */
  readonly now: number | null;
  /** What rules may look things up in. */
  readonly tables: Tables;
  /** What rules may look at before an alert is bound to a service, and from then on. */
  readonly beforeBind: MatcherContext;
  readonly afterBind: MatcherContext;
}

interface Ordered extends Placed, Writing {
  readonly set: TriageSet;
  readonly isActive: boolean;
  readonly catchAll: boolean;
}

/** `kind: Triage`: rules of each stage in order of sets, then files, then positions; the catch-all last. */
export function* compileTriage(
  documents: readonly Entry<unknown>[],
  context: TriageContext,
): Steps<TriageRules> {
  const entries = entriesOf<RawTriageRule>(documents, 'rules');
  const ordered: Ordered[] = [];
  for (const entry of entries) {
    yield;
    const { raw, spot } = entry;
    const set = context.settings.sets.get(raw.set);
    if (set === undefined) {
      checkReference(spot.at('set'), { what: 'set', id: raw.set, known: context.settings.sets });
      continue;
    }
    const rule = compileRule(entry, set, context);
    const { id, before = [], after = [], overrides = [], catchAll = false } = raw;
    ordered.push({
      id,
      spot,
      before,
      after,
      overrides,
      rule,
      set,
      catchAll,
      isActive: raw.status !== 'disabled',
    });
  }
  const all = inOrder(ordered, context.settings);
  const active = all.filter(({ isActive }) => isActive);
  checkCatchAll(active, context.settings);
  for (const stage of ['normalize', 'adjust'] as const)
    yield* checkOverwrites(active.filter(({ set }) => set.stage === stage));
  yield* checkShadowing(
    active
      .filter(({ set, catchAll, rule }) => set.stage === 'classify' && !catchAll && takesAll(rule))
      .map(({ rule, spot }) => ({ ...rule, spot: spot.at('id') })),
  );
  const ofStage = (stage: TriageStage): TriageRule[] =>
    active.filter(({ set }) => set.stage === stage).map(({ rule }) => rule);
  return {
    ...{ normalize: ofStage('normalize'), classify: ofStage('classify'), adjust: ofStage('adjust') },
    disabled: all.filter(({ isActive }) => !isActive).map(asDisabled),
  };
}

function asDisabled({ rule: { ref, title }, set: { stage } }: Ordered): ListedRule {
  return { ref, kind: stage, title, status: 'disabled' };
}

/** Of a rule in shadow or a canary others get what it would take. */
function takesAll({ shadow, canary }: TriageRule): boolean {
  return shadow !== true && canary === undefined;
}

/** By set; within a set by file and position as far as the rules do not refine it, the catch-all last. */
function inOrder(rules: readonly Ordered[], { sets }: Settings): readonly Ordered[] {
  return [...sets.values()].flatMap((set) => {
    const members = rules.filter((one) => one.set === set);
    const ofCatchAll = members.filter(({ catchAll }) => catchAll);
    const ordered = orderRules(
      members.filter(({ catchAll }) => !catchAll),
      (id) => whereElse(rules.find(({ rule }) => rule.ref.id === id)),
    );
    return [...ordered, ...ofCatchAll];
  });
}

function whereElse(one: Ordered | undefined): string | null {
  if (one === undefined) return null;
  return one.catchAll ? 'a catch-all comes last' : `that one is in the set ${one.set.id}`;
}

function compileRule(entry: Entry<RawTriageRule>, set: TriageSet, context: TriageContext): TriageRule {
  const { raw, spot } = entry;
  const matcherContext = set.stage === 'normalize' ? context.beforeBind : context.afterBind;
  checkShape(raw, spot, set);
  checkScope(entry, set);
  checkStatus(raw, spot);
  checkValues(raw.then, spot.at('then'), context);
  const lastDay = compileExpiry(raw, spot, context);
  return {
    ref: spot.ref(raw.id),
    title: raw.title ?? raw.id,
    match: withinScope(compileMatchOf(raw, spot, { matchers: matcherContext, lastDay }), entry),
    ...(raw.status === 'shadow' && { shadow: true }),
    ...(raw.status === 'deprecated' && { deprecated: true }),
    ...(lastDay !== null && { lastDay: lastDay.schedule }),
    ...(raw.canary !== undefined && {
      canary: compileCanary(raw.canary, { spot: spot.at('canary'), rule: raw.id, context: matcherContext }),
    }),
    then: {
      ...compileAction(raw.then, spot.at('then'), matcherContext),
      ...compileDerived(raw.then, spot.at('then'), { matchers: matcherContext, tables: context.tables }),
      ...(raw.then.hold !== undefined && {
        hold: compileHold(raw.then.hold, spot.at('then', 'hold'), set.stage),
      }),
    },
  };
}

type LastDay = ReturnType<typeof compileLastDay>;

function compileExpiry(raw: RawTriageRule, spot: BundleSpot, { settings, now }: TriageContext): LastDay {
  const { timezone } = settings.defaults;
  const asked = { timezone, now: raw.status === 'disabled' ? null : now };
  return raw.expires === undefined ? null : compileLastDay(spot.at('expires'), raw.expires, asked);
}

function compileMatchOf(
  raw: RawTriageRule,
  spot: BundleSpot,
  { matchers, lastDay }: { readonly matchers: MatcherContext; readonly lastDay: LastDay },
): Matcher {
  const match = compileCondition(spot, raw, matchers);
  const narrower = compileExceptions(spot.at('exceptions'), raw.exceptions ?? [], matchers);
  const of = [match, ...narrower, ...(lastDay === null ? [] : [lastDay])];
  return of.length === 1 ? match : { kind: 'all', of };
}

function checkShape(raw: RawTriageRule, spot: BundleSpot, set: TriageSet): void {
  if (raw.catchAll === true && set.stage !== 'classify') {
    spot.at('catchAll').report({
      code: 'bad-value',
      message: `every rule of the stage ${set.stage} that matches is applied, so there is nothing left to catch`,
      hint: 'Only a classify rule can be the catch-all: write a match',
      part: 'key',
    });
  }
  const narrowing = (['match', 'unless', 'exceptions', 'before', 'after', 'expires'] as const)
    .filter((key) => raw[key] !== undefined)
    .join(' and ');
  if (raw.catchAll === true && narrowing !== '') {
    spot.at('catchAll').report({
      code: 'bad-value',
      message: `a catch-all takes everything that is left, so it has no ${narrowing}`,
      hint: `Remove catchAll, or ${narrowing}`,
      part: 'key',
    });
  }
  if (raw.overrides !== undefined && set.stage === 'classify') {
    spot.at('overrides').report({
      code: 'bad-value',
      message: 'in a set of mode first one rule acts, so there is nothing to write over',
      hint: 'Write before, with the ids of the rules whose alerts this one takes',
      part: 'key',
    });
  }
  if (raw.catchAll !== true && raw.match === undefined) {
    spot.at('id').report({
      code: 'missing-key',
      message: 'the key "match" is missing',
      hint: 'Say which alerts the rule is for',
      part: 'key',
    });
  }
}

/** A file for the services of one team can neither speak of alerts before they have a service, nor take those that are left. */
function checkScope({ raw, spot, scope }: Entry<RawTriageRule>, { stage }: TriageSet): void {
  if (scope === undefined) return;
  const owned = `this file is for the services of ${scope.team} (scope)`;
  if (stage === 'normalize') {
    spot.at('set').report({
      code: 'bad-value',
      message: `${owned}, and at the stage normalize no alert is bound to a service yet`,
      hint: 'Write the rule into a file without a scope, or for a set of the stage classify or adjust',
    });
  }
  if (raw.catchAll !== true) return;
  spot.at('catchAll').report({
    code: 'bad-value',
    message: `${owned}, and a catch-all takes everything that is left`,
    hint: 'Write the catch-all into a file without a scope',
    part: 'key',
  });
}

function checkStatus({ id, status, catchAll, canary }: RawTriageRule, spot: BundleSpot): void {
  if (status === 'deprecated') {
    spot.at('status').report({
      code: 'deprecated-rule',
      level: 'warning',
      message: `the rule "${id}" is deprecated, and still in force`,
      hint: 'Take it out, or disable it, once tocsin_rule_hits_total says that nothing depends on it',
    });
  }
  if (catchAll !== true || (status !== 'shadow' && canary === undefined)) return;
  spot.at('catchAll').report({
    code: 'bad-value',
    message: `a catch-all takes everything that is left, so it is neither in shadow nor a canary`,
    hint: `Remove catchAll, or ${canary === undefined ? 'status' : 'canary'}`,
    part: 'key',
  });
}

function checkValues(action: RawAction, spot: BundleSpot, { settings, priority }: TriageContext): void {
  if (action.impact !== undefined && priority !== null) {
    checkLevel(spot.at('impact'), { scale: 'impact', level: action.impact, levels: priority.impacts });
  }
  if (action.urgency !== undefined && priority !== null) {
    checkLevel(spot.at('urgency'), { scale: 'urgency', level: action.urgency, levels: priority.urgencies });
  }
  for (const field of ['env', 'category'] as const)
    checkValue(spot.at(field), field, { value: action[field], settings });
  for (const [name, value] of Object.entries(action.labels ?? {})) {
    // What a template comes to is known when there is an alert; an empty text removes the label.
    if (value === '' || value.includes('{{')) continue;
    checkValue(spot.at('labels', name), `labels.${name}`, { value, settings });
  }
}

/** What is written has to be what matchers may ask for. */
function checkValue(
  spot: BundleSpot,
  field: string,
  { value, settings }: { readonly value: string | undefined; readonly settings: Settings },
): void {
  const type = settings.fields.get(field);
  if (value === undefined || type === undefined || type.type === 'string') return;
  const constant = readConstant(type, value);
  if (constant.ok) return;
  spot.report({ code: 'type-mismatch', message: `of ${field}: ${constant.message}`, hint: constant.hint });
}

function compileAction(raw: RawAction, spot: BundleSpot, context: MatcherContext): TriageAction {
  const { severity, env, category, impact, urgency } = raw;
  const template = (key: 'title' | 'runbook', source: string | undefined): Record<string, Template> =>
    source === undefined ? {} : { [key]: compileTemplate(spot.at(key), source, context) };
  const templates = (
    key: 'labels' | 'annotations',
    texts: Readonly<Record<string, string>> | undefined,
  ): Record<string, ReadonlyMap<string, Template>> => {
    if (texts === undefined) return {};
    const compiled = Object.entries(texts).map(([name, source]): [string, Template] => [
      name,
      compileTemplate(spot.at(key, name), source, context),
    ]);
    return { [key]: new Map(compiled) };
  };
  return {
    ...(severity === undefined ? {} : { severity }),
    ...(env === undefined ? {} : { env }),
    ...(category === undefined ? {} : { category }),
    ...(impact === undefined ? {} : { impact }),
    ...(urgency === undefined ? {} : { urgency }),
    ...template('title', raw.title),
    ...template('runbook', raw.runbook),
    ...templates('labels', raw.labels),
    ...templates('annotations', raw.annotations),
  };
}

function compileDerived(
  { extract, enrich }: RawAction,
  spot: BundleSpot,
  context: { readonly matchers: MatcherContext; readonly tables: Tables },
): Pick<TriageAction, 'extract' | 'enrich'> {
  return {
    ...(extract && { extract: compileExtract(spot.at('extract'), extract, context.matchers) }),
    ...(enrich && { enrich: compileEnrich(spot.at('enrich'), enrich, context) }),
  };
}

/** A first-match set must end in exactly one rule that takes the rest. */
function checkCatchAll(ordered: readonly Ordered[], { sets }: Settings): void {
  for (const set of sets.values()) {
    if (set.stage !== 'classify') continue;
    const [first, second] = ordered.filter((one) => one.set === set && one.catchAll);
    if (first === undefined) {
      set.spot.report({
        code: 'missing-catch-all',
        message: `no rule of the set "${set.id}" takes what the others leave`,
        hint: `Add a rule with set: ${set.id}, catchAll: true and then: { category: unknown }`,
      });
    }
    if (first !== undefined && second !== undefined) {
      set.spot.report({
        code: 'duplicate-catch-all',
        message: `the set "${set.id}" has two rules that catch all: ${first.rule.ref.id} and ${second.rule.ref.id}`,
        hint: 'Keep one of the two',
      });
    }
  }
}
