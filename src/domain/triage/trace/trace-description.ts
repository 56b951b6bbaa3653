import type { IncomingAlert } from '../../alert/alert.js';
import type { MatchSubject } from '../../alert/matcher.js';
import { recordMatch } from '../../rules/record-match.js';
import type { RuleSet, TriageRule } from '../../rules/rule-set.js';
import type { AdjustedAlert } from '../adjust.js';
import type { Attempt, ReadableAlert } from '../alert-subject.js';
import { describeAlert } from '../describe-alert.js';
import { describeWithoutBroken, type BrokenRule } from '../describe-without-broken.js';
import type { DecisionTrace, ShadowTry } from './decision-trace.js';
import {
  brokenTry,
  notAsked,
  outsideCanary,
  ruleTry,
  tooLate,
  type RuleTry,
  type Write,
} from './rule-try.js';

export interface TracedDescription extends Pick<
  DecisionTrace,
  'normalize' | 'bind' | 'classify' | 'adjust' | 'shadowed'
> {
  readonly described: AdjustedAlert;
}

type Stage = Attempt['stage'];

/** Runs normalize → bind → classify → adjust as the engine does, and writes down each rule that they hold against the alert. */
export function traceDescription(incoming: IncomingAlert, rules: RuleSet, at: number): TracedDescription {
  try {
    return traceSound(incoming, rules, { at, broken: [] });
  } catch {
    const { broken, sound } = describeWithoutBroken(incoming, rules, at);
    return traceSound(incoming, sound, { at, broken: judgingOf(rules, broken) });
  }
}

/** A rule that broke, of the stage where it did. */
interface Broken {
  readonly stage: Stage;
  readonly rule: Judging;
  readonly error: unknown;
  readonly isShadow: boolean;
  /** Place among the rules of its stage. */
  readonly index: number;
}

interface Watched {
  readonly described: AdjustedAlert;
  readonly tries: Readonly<Record<Stage, readonly RuleTry[]>>;
  readonly shadowed: readonly ShadowTry[];
  /** What each stage that had a question asked of. */
  readonly subjects: Partial<Record<Stage, MatchSubject>>;
}

/** Looks on while the stages do their work. Throws where a rule breaks. */
function watch(incoming: IncomingAlert, rules: RuleSet, at: number): Watched {
  const tries: Record<Stage, RuleTry[]> = { normalize: [], bind: [], classify: [], adjust: [] };
  const shadowed: ShadowTry[] = [];
  const writers = new Map<string, string>();
  const subjects: Partial<Record<Stage, MatchSubject>> = {};
  const ignore = (): void => undefined;
  const tried = (attempt: Attempt): void => {
    const { stage, rule, subject } = attempt;
    subjects[stage] = subject;
    const one = tryOf(attempt, { at, writers });
    if (stage !== 'bind' && rule.shadow === true) shadowed.push({ stage, ...one });
    else tries[stage].push(one);
  };
  const witness = { read: ignore, asked: ignore, tried };
  return { described: describeAlert({ ...incoming, witness }, rules, at), tries, shadowed, subjects };
}

/** Traces by rules none of which breaks on the alert; those that did stand where they would have been asked. */
function traceSound(
  incoming: IncomingAlert,
  rules: RuleSet,
  { at, broken }: { readonly at: number; readonly broken: readonly Broken[] },
): TracedDescription {
  const { described, tries, shadowed, subjects } = watch(incoming, rules, at);
  const { claimedService, service, category } = described;
  const isClaimed = service !== null && claimedService === service;
  const asked = tries.classify.length + shadowed.filter(({ stage }) => stage === 'classify').length;
  const late = rules.classify.slice(asked);
  const isInShadow = ({ shadow }: TriageRule): boolean => shadow === true;
  const lateShadows = restOf(late.filter(isInShadow), subjects.classify, at);
  const lateRules = late.filter((rule) => !isInShadow(rule));
  const lateBindings = bindingsOf(rules).slice(tries.bind.length);
  const all = (stage: Stage, others: readonly RuleTry[] = []): readonly RuleTry[] =>
    withBroken([...tries[stage], ...others], broken, { stage, subject: subjects[stage], at });
  return {
    described,
    normalize: { tries: [...all('normalize'), ...disabledIn(rules, 'normalize')] },
    bind: {
      service,
      by: service === null ? null : isClaimed ? 'sender' : 'rule',
      tries: all('bind', restOf(lateBindings, subjects.bind, at)),
    },
    classify: {
      category,
      tries: [...all('classify', restOf(lateRules, subjects.classify, at)), ...disabledIn(rules, 'classify')],
    },
    adjust: { tries: [...all('adjust'), ...disabledIn(rules, 'adjust')] },
    shadowed: [
      ...shadowed,
      ...lateShadows.map((one) => ({ stage: 'classify' as const, ...one })),
      ...broken.flatMap((one) => {
        const { stage, isShadow } = one;
        return isShadow && stage !== 'bind' ? [{ stage, ...tryOfBroken(one, subjects[stage], at) }] : [];
      }),
    ],
  };
}

/** Tries of a stage with those that broke there, each at its place. */
function withBroken(
  tries: RuleTry[],
  broken: readonly Broken[],
  now: { readonly stage: Stage; readonly subject: MatchSubject | undefined; readonly at: number },
): readonly RuleTry[] {
  for (const one of broken)
    if (one.stage === now.stage && !one.isShadow)
      tries.splice(one.index, 0, tryOfBroken(one, now.subject, now.at));
  return tries;
}

function tryOfBroken({ rule, error }: Broken, subject: MatchSubject | undefined, at: number): RuleTry {
  return brokenTry(rule, error, subject === undefined ? null : recordMatch(rule.match, subject, at));
}

function bindingsOf({ bindings }: RuleSet): readonly Judging[] {
  return bindings.map(({ service: { ref, name }, match }) => ({ ref, title: name, match }));
}

/** In order of the rules, so that each can be put in at its index. */
function judgingOf(rules: RuleSet, broken: readonly BrokenRule[]): readonly Broken[] {
  const errors = new Map(broken.map(({ ref, error }) => [ref, error]));
  const of = (stage: Stage, all: readonly (Judging & { readonly shadow?: true })[]): readonly Broken[] => {
    const acting = all.filter(({ shadow }) => shadow !== true);
    return all
      .filter(({ ref }) => errors.has(ref))
      .map((rule) => {
        const isShadow = rule.shadow === true;
        return { stage, rule, error: errors.get(rule.ref), isShadow, index: acting.indexOf(rule) };
      });
  };
  return [
    ...of('normalize', rules.normalize),
    ...of('bind', bindingsOf(rules)),
    ...of('classify', rules.classify),
    ...of('adjust', rules.adjust),
  ];
}

function tryOf(
  { stage, rule, subject, before, after }: Attempt,
  { at, writers }: { readonly at: number; readonly writers: Map<string, string> },
): RuleTry {
  const check = recordMatch(rule.match, subject, at);
  if (after === null) return check.holds ? outsideCanary(rule, check) : ruleTry(rule, check);
  const writes = stage === 'bind' ? [] : writesBetween(before, after).map((write) => over(write, writers));
  if (rule.shadow !== true) for (const { field } of writes) writers.set(field, rule.ref.id);
  return ruleTry(rule, check, writes);
}

/** The write with whose value it replaced. */
function over(write: Write, writers: ReadonlyMap<string, string>): Write {
  const overwrites = writers.get(write.field);
  return overwrites === undefined ? write : { ...write, overwrites };
}

function disabledIn({ disabled = [] }: RuleSet, of: ShadowTry['stage']): readonly RuleTry[] {
  const those = disabled.filter(({ kind }) => kind === of);
  return notAsked(those, 'disabled');
}

/** Rules of a stage whose turn did not come. */
function restOf(late: readonly Judging[], subject: MatchSubject | undefined, at: number): readonly RuleTry[] {
  if (subject === undefined) return notAsked(late);
  return tooLate(late, ({ match }) => recordMatch(match, subject, at));
}

type Judging = Pick<TriageRule, 'ref' | 'title' | 'match'>;

type Written = ReadableAlert & { readonly impact?: string | null; readonly urgency?: string | null };

function writesBetween(before: Written, after: Written): readonly Write[] {
  const writes: Write[] = [];
  for (const field of ['title', 'severity', 'env', 'category', 'impact', 'urgency', 'runbook'] as const) {
    note(writes, field, [before[field], after[field]]);
  }
  for (const map of ['labels', 'annotations'] as const) {
    const [old, now] = [before[map], after[map]];
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
      note(writes, `${map}.${name}`, [old[name], now[name]]);
  }
  for (const [name, value] of Object.entries(after.values ?? {})) {
    const old = before.values?.[name];
    note(writes, `values.${name}`, [old === undefined ? null : String(old), String(value)]);
  }
  return writes;
}

function note(
  writes: Write[],
  field: string,
  [from, to]: readonly [string | null | undefined, string | null | undefined],
): void {
  if ((from ?? null) !== (to ?? null)) writes.push({ field, from: from ?? null, to: to ?? null });
}
