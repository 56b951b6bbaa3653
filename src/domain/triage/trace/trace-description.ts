import type { IncomingAlert } from '../../alert/alert.js';
import type { MatchSubject } from '../../alert/matcher.js';
import { recordMatch } from '../../rules/record-match.js';
import type { RuleSet, TriageRule } from '../../rules/rule-set.js';
import type { AdjustedAlert } from '../adjust.js';
import type { Attempt, ReadableAlert } from '../alert-subject.js';
import { describeAlert } from '../describe-alert.js';
import type { DecisionTrace } from './decision-trace.js';
import { notAsked, ruleTry, tooLate, type RuleTry, type Write } from './rule-try.js';

export interface TracedDescription extends Pick<DecisionTrace, 'normalize' | 'bind' | 'classify' | 'adjust'> {
  readonly described: AdjustedAlert;
}

/** Runs normalize → bind → classify → adjust as the engine does, and writes down each rule that they hold against the alert. */
export function traceDescription(incoming: IncomingAlert, rules: RuleSet, at: number): TracedDescription {
  const tries: Record<Attempt['stage'], RuleTry[]> = { normalize: [], bind: [], classify: [], adjust: [] };
  const subjects: Partial<Record<Attempt['stage'], MatchSubject>> = {};
  const ignore = (): void => undefined;
  const tried = ({ stage, rule, subject, before, after }: Attempt): void => {
    const writes = after === null || stage === 'bind' ? [] : writesBetween(before, after);
    subjects[stage] = subject;
    tries[stage].push(ruleTry(rule, recordMatch(rule.match, subject, at), writes));
  };
  const described = describeAlert(
    { ...incoming, witness: { read: ignore, asked: ignore, tried } },
    rules,
    at,
  );
  const { claimedService, service, category } = described;
  const isClaimed = service !== null && claimedService === service;
  const bindings = rules.bindings.map(({ service: { ref, name }, match }) => ({ ref, title: name, match }));
  const withRest = (stage: 'bind' | 'classify', all: readonly Judging[]): readonly RuleTry[] => {
    const subject = subjects[stage];
    if (subject === undefined) return notAsked(all);
    const rest = all.slice(tries[stage].length);
    return [...tries[stage], ...tooLate(rest, ({ match }) => recordMatch(match, subject, at))];
  };
  return {
    described,
    normalize: { tries: tries.normalize },
    bind: {
      service,
      by: service === null ? null : isClaimed ? 'sender' : 'rule',
      tries: withRest('bind', bindings),
    },
    classify: { category, tries: withRest('classify', rules.classify) },
    adjust: { tries: tries.adjust },
  };
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
  return writes;
}

function note(
  writes: Write[],
  field: string,
  [from, to]: readonly [string | null | undefined, string | null | undefined],
): void {
  if ((from ?? null) !== (to ?? null)) writes.push({ field, from: from ?? null, to: to ?? null });
}
