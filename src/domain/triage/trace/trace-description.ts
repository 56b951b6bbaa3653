import type { IncomingAlert } from '../../alert/alert.js';
import type { MatchSubject } from '../../alert/matcher.js';
import { recordMatch } from '../../rules/record-match.js';
import type { RuleSet, TriageRule } from '../../rules/rule-set.js';
import type { AdjustedAlert } from '../adjust.js';
import type { Attempt, ReadableAlert } from '../alert-subject.js';
import { describeAlert } from '../describe-alert.js';
import type { DecisionTrace, ShadowTry } from './decision-trace.js';
import { notAsked, outsideCanary, ruleTry, tooLate, type RuleTry, type Write } from './rule-try.js';

export interface TracedDescription extends Pick<
  DecisionTrace,
  'normalize' | 'bind' | 'classify' | 'adjust' | 'shadowed'
> {
  readonly described: AdjustedAlert;
}

/** Runs normalize → bind → classify → adjust as the engine does, and writes down each rule that they hold against the alert. */
export function traceDescription(incoming: IncomingAlert, rules: RuleSet, at: number): TracedDescription {
  const tries: Record<Attempt['stage'], RuleTry[]> = { normalize: [], bind: [], classify: [], adjust: [] };
  const shadowed: ShadowTry[] = [];
  const writers = new Map<string, string>();
  const subjects: Partial<Record<Attempt['stage'], MatchSubject>> = {};
  const ignore = (): void => undefined;
  const tried = (attempt: Attempt): void => {
    const { stage, rule, subject } = attempt;
    subjects[stage] = subject;
    const one = tryOf(attempt, { at, writers });
    if (stage !== 'bind' && rule.shadow === true) shadowed.push({ stage, ...one });
    else tries[stage].push(one);
  };
  const described = describeAlert(
    { ...incoming, witness: { read: ignore, asked: ignore, tried } },
    rules,
    at,
  );
  const { claimedService, service, category } = described;
  const isClaimed = service !== null && claimedService === service;
  const bindings = rules.bindings.map(({ service: { ref, name }, match }) => ({ ref, title: name, match }));
  const rest = (stage: 'bind' | 'classify', late: readonly Judging[]): readonly RuleTry[] =>
    restOf(late, subjects[stage], at);
  const asked = tries.classify.length + shadowed.filter(({ stage }) => stage === 'classify').length;
  const late = rules.classify.slice(asked);
  const isInShadow = ({ shadow }: TriageRule): boolean => shadow === true;
  const lateShadows = rest('classify', late.filter(isInShadow));
  return {
    described,
    normalize: { tries: [...tries.normalize, ...disabledIn(rules, 'normalize')] },
    bind: {
      service,
      by: service === null ? null : isClaimed ? 'sender' : 'rule',
      tries: [...tries.bind, ...rest('bind', bindings.slice(tries.bind.length))],
    },
    classify: {
      category,
      tries: [
        ...tries.classify,
        ...rest(
          'classify',
          late.filter((rule) => !isInShadow(rule)),
        ),
        ...disabledIn(rules, 'classify'),
      ],
    },
    adjust: { tries: [...tries.adjust, ...disabledIn(rules, 'adjust')] },
    shadowed: [...shadowed, ...lateShadows.map((one) => ({ stage: 'classify' as const, ...one }))],
  };
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
  const those = disabled.filter(({ stage }) => stage === of);
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
