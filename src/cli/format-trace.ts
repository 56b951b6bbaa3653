import type { PresentedTrace } from '../adapters/http/present-trace.js';
import type { RuleTry } from '../domain/triage/trace/rule-try.js';
import { formatSuppression } from './format-suppression.js';
import { formatTimer } from './format-timer.js';
import { formatMissed, named, proofOf, type TraceLine } from './format-try.js';
import { triesOf } from './nearest-miss.js';
import { printable } from './printable.js';

/** A decision trace as people read it, one paragraph a stage. `all`: also each rule that did not match, and why. */
export function formatTrace(trace: PresentedTrace, { all }: { readonly all: boolean }): string {
  const { fingerprint, title, service, env, severity } = trace.alert;
  const about = [title, service ?? 'no service', env ?? 'no env', severity].map(printable).join('  ');
  const head = `alert ${fingerprint}  ${about}   rules ${trace.rulesRevision}`;
  const lines = linesOf(trace, all).flatMap(({ stage, text, below = [] }) => [
    ` ${stage.padEnd(10)} ${text}`,
    ...below.map((line) => `${' '.repeat(14)}${line}`),
  ]);
  return [head, ...lines].join('\n');
}

function linesOf(trace: PresentedTrace, all: boolean): readonly TraceLine[] {
  const missed = (tries: readonly RuleTry[]): readonly string[] => (all ? formatMissed(tries) : []);
  const decided = [
    ...applied('normalize', trace.normalize.tries, missed(trace.normalize.tries)),
    bindLine(trace, missed),
    dedupLine(trace),
    classifyLine(trace, missed),
    ...applied('adjust', trace.adjust.tries, missed(trace.adjust.tries)),
    ...shadowLines(trace),
  ];
  const { suppress } = trace;
  return [
    ...decided,
    ...(suppress === null ? [] : formatSuppression(suppress, missed)),
    ...correlateLines(trace, missed),
    ...priorityLines(trace),
    ...routeLines(trace, missed),
    ...timerLines(trace),
    ...brokenLines(trace),
    ...stoppedLines(trace),
  ];
}

/** A stage in which each rule that matches acts. */
function applied(stage: string, tries: readonly RuleTry[], missed: readonly string[]): readonly TraceLine[] {
  const matched = tries.filter(({ verdict }) => verdict === 'matched');
  if (matched.length === 0) {
    const text = tries.length === 0 ? 'no rules' : `none of ${tries.length} matched`;
    return [{ stage, text, below: missed }];
  }
  const lines = matched.map((one, i) => ({
    ...{ stage: i === 0 ? stage : '', text: named(one.rule), below: proofOf(one) },
  }));
  return missed.length === 0 ? lines : [...lines, { stage: '', text: 'others', below: missed }];
}

/** Rules in shadow that would have acted, and those of which a reader would like to know why they would not. */
function shadowLines({ shadowed }: PresentedTrace): readonly TraceLine[] {
  return shadowed.map((one, i) => {
    const { rule, stage, verdict, reason } = one;
    const would = verdict === 'matched' ? 'would act' : `would not act (${reason ?? ''})`;
    return {
      stage: i === 0 ? 'shadow' : '',
      text: `${named(rule)}  ${would} in ${stage}`,
      below: verdict === 'matched' ? proofOf(one) : [],
    };
  });
}

type Missed = (tries: readonly RuleTry[]) => readonly string[];

function bindLine({ bind }: PresentedTrace, missed: Missed): TraceLine {
  const taken = bind.tries.find(({ verdict }) => verdict === 'matched');
  const below = [...(taken === undefined ? [] : proofOf(taken)), ...missed(bind.tries)];
  const text =
    bind.service === null
      ? `no service: none of ${bind.tries.length} matched`
      : taken === undefined
        ? `${bind.service}  named by the sender`
        : `${bind.service}  by ${taken.rule.file}:${taken.rule.line}`;
  return { stage: 'bind', text, below };
}

function dedupLine({ deduplicate: { signal, since, isCountedOnly } }: PresentedTrace): TraceLine {
  const known = since === null ? '' : `, known since ${since}`;
  const counted = isCountedOnly ? '; it would only be counted: below is how it stands judged' : '';
  return { stage: 'dedup', text: `${signal}${known}${counted}` };
}

function classifyLine({ classify }: PresentedTrace, missed: Missed): TraceLine {
  const taken = classify.tries.find(({ verdict }) => verdict === 'matched');
  const later = classify.tries.filter(({ reason }) => reason === 'earlier_rule_won');
  const alsoMatch = later.filter(({ check }) => check?.holds === true).map(({ rule }) => rule.id);
  const skipped =
    later.length === 0
      ? []
      : [
          `not tried after it: ${later.length}${alsoMatch.length === 0 ? '' : `, of which would match: ${alsoMatch.join(', ')}`}`,
        ];
  return {
    stage: 'classify',
    text: `${taken === undefined ? 'no rule' : named(taken.rule)}  category ${classify.category}`,
    below: [...(taken === undefined ? [] : proofOf(taken)), ...skipped, ...missed(classify.tries)],
  };
}

function correlateLines({ correlate }: PresentedTrace, missed: Missed): readonly TraceLine[] {
  if (correlate === null) return [];
  const { kind, reason, rule, incident, key, tries } = correlate;
  const what = {
    open: 'opens an incident',
    join: `joins ${incident ?? ''}`,
    reopen: `reopens ${incident ?? ''}`,
    count: `is only counted in ${incident ?? ''}`,
    none: 'no incident',
  }[kind];
  const by = rule === null ? '' : ` by ${named(rule)}`;
  const of = key.length === 0 ? '' : ` key [${key.map(printable).join(', ')}]`;
  return [{ stage: 'correlate', text: `${what}${by} (${reason})${of}`, below: missed(tries) }];
}

function priorityLines({ prioritize }: PresentedTrace): readonly TraceLine[] {
  if (prioritize === null) return [];
  const { impact, urgency, priority, incident } = prioritize;
  const shown = ({ level, from, rule }: typeof impact): string => `${level} (${rule?.id ?? from})`;
  const whole = incident === priority ? '' : `; the incident is ${incident}`;
  const text = `impact ${shown(impact)} × urgency ${shown(urgency)} = ${priority}${whole}`;
  return [{ stage: 'priority', text }];
}

function routeLines({ route }: PresentedTrace, missed: Missed): readonly TraceLine[] {
  if (route === null) return [];
  const { path, tier, team, closed, policy, alsoNotify, tries } = route;
  const also = alsoNotify.length === 0 ? '' : `, also ${alsoNotify.join(', ')}`;
  const deepest = path.at(-1);
  const at = deepest === undefined ? '' : `  ${deepest.file}:${deepest.line}`;
  const proof = tries.filter(({ verdict }) => verdict === 'matched').flatMap(proofOf);
  const text = `${path.map(({ id }) => id).join(' > ')}: ${tier} ${team}, policy ${policy}${also}${at}`;
  const away = closed.map(
    (one) => `  ✗ ${one.team} is not there: outside of ${one.calendar} (${one.reason})`,
  );
  return [{ stage: 'route', text, below: [...proof, ...away, ...missed(tries)] }];
}

function timerLines({ timers, at }: PresentedTrace): readonly TraceLine[] {
  return timers.map((timer, i) => ({ stage: i === 0 ? 'timers' : '', text: formatTimer(timer, at) }));
}

/** Rules that could not be held against the alert: told also to those who did not ask for what did not match. */
function brokenLines(trace: PresentedTrace): readonly TraceLine[] {
  return triesOf(trace)
    .flatMap(([stage, tries]) => tries.map((one) => ({ stage, ...one })))
    .filter(({ reason }) => reason === 'broken')
    .map(({ rule, stage, error }, i) => ({
      stage: i === 0 ? 'broken' : '',
      text: `${named(rule)}  breaks in ${stage} and is skipped: ${printable(error ?? '')}`,
    }));
}

function stoppedLines({ stopped }: PresentedTrace): readonly TraceLine[] {
  return stopped === null ? [] : [{ stage: 'stopped', text: `after ${stopped.after}: ${stopped.reason}` }];
}
