import type { IncomingAlert, Severity } from '../alert/alert.js';
import type { RuleSet } from '../rules/rule-set.js';
import { alertSubject, type ReadableAlert, type ReadWitness } from './alert-subject.js';
import { tryRule } from './try-rule.js';
import { walkRules } from './walk-rules.js';

/** An alert in the estate's own words; what rules have not said yet is null. */
export interface NormalizedAlert extends ReadableAlert {
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly category: string | null;
  readonly impact: string | null;
  readonly urgency: string | null;
  readonly runbook: string | null;
  /** The service that the sender itself named. */
  readonly claimedService: string | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly timeoutMs: number | null;
  readonly incoming: IncomingAlert;
  /** Ids of the rules that have matched so far. */
  readonly hits: readonly string[];
  /** Ids of the rules in shadow that would have acted so far. */
  readonly shadows: readonly string[];
}

/** Stage normalize (mode all): every matching rule, in order; later writes win. */
export function normalize(
  incoming: IncomingAlert & { readonly witness?: ReadWitness },
  rules: RuleSet,
  at: number,
): NormalizedAlert {
  const { witness } = incoming;
  let alert: NormalizedAlert = witness === undefined ? widen(incoming) : { ...widen(incoming), witness };
  let subject = alertSubject(alert, null);
  const walk = walkRules(rules.normalize, rules.indexes.normalize, alert);
  for (let rule = walk.next(subject); rule !== null; rule = walk.next(subject)) {
    const after = tryRule(alert, rule, { stage: 'normalize', subject, at });
    if (after === null) continue;
    alert = after;
    subject = alertSubject(alert, null);
  }
  return alert;
}

function widen(incoming: IncomingAlert): NormalizedAlert {
  return {
    source: incoming.source,
    fingerprint: incoming.fingerprint,
    status: 'firing',
    title: incoming.title,
    severity: incoming.severity,
    labels: incoming.labels,
    annotations: incoming.annotations,
    values: incoming.values ?? null,
    raw: incoming.raw ?? null,
    env: incoming.env ?? null,
    category: incoming.category ?? null,
    impact: null,
    urgency: null,
    runbook: incoming.annotations['runbook_url'] ?? incoming.annotations['runbook'] ?? null,
    claimedService: incoming.service ?? null,
    startsAt: incoming.startsAt ?? null,
    endsAt: incoming.endsAt ?? null,
    timeoutMs: incoming.timeoutMs ?? null,
    incoming,
    hits: [],
    shadows: [],
  };
}
