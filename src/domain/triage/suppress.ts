import {
  suppressionKinds,
  type Alert,
  type JsonObject,
  type Suppression,
  type SuppressionKind,
} from '../alert/alert.js';
import { applySilences } from './apply-silences.js';
import type { Signal } from './deduplicate.js';
import { applyHold } from './hold-alert.js';
import { applyMaintenance } from './maintain.js';
import { applyInhibitions } from './inhibit.js';
import type { Role } from './inhibition-index.js';
import { leaveRoot } from './leave-root.js';
import { isExplained } from './root-incident.js';
import type { ShardState } from './shard-state.js';
import { addAlertEvent } from './timeline.js';

/**
 * Every reason that holds now, in order of the stages. A suppressed alert opens no incident, starts no clock and raises nothing;
 * it may be a muted member of an open incident. `roles`: what it is to other alerts, where that was just found out.
 */
export function reasonsToSuppress(
  state: ShardState,
  alert: Alert,
  roles?: readonly Role[],
): readonly Suppression[] {
  return joined([
    applyMaintenance(state, alert),
    applySilences(alert, state.activeSilences.about(alert.labels)),
    applyInhibitions(state, alert, roles),
    applyHold(alert),
  ]);
}

/** The same where only the reasons of one kind can be others than the alert has. */
export function reasonsAnew(state: ShardState, alert: Alert, kind: SuppressionKind): readonly Suppression[] {
  if (alert.suppressedBy.length === 0) return reasonsOfKind(state, alert, kind);
  return joined(
    suppressionKinds.map((one) =>
      one === kind
        ? reasonsOfKind(state, alert, kind)
        : alert.suppressedBy.filter((known) => known.kind === one),
    ),
  );
}

function reasonsOfKind(state: ShardState, alert: Alert, kind: SuppressionKind): readonly Suppression[] {
  switch (kind) {
    case 'maintenance':
      return applyMaintenance(state, alert);
    case 'silence':
      return applySilences(alert, state.activeSilences.about(alert.labels));
    case 'inhibition':
      return applyInhibitions(state, alert);
    case 'hold':
      return applyHold(alert);
  }
}

const none: readonly Suppression[] = [];

/** Most alerts have no reason at all: nothing is copied for them. */
function joined(parts: readonly (readonly Suppression[])[]): readonly Suppression[] {
  let reasons = none;
  for (const part of parts)
    if (part.length > 0) reasons = reasons.length === 0 ? part : [...reasons, ...part];
  return reasons;
}

/** Gives the alert the reasons that hold from now on: counts those that begin, and tells its open incident. */
export function suppress(
  state: ShardState,
  alert: Alert,
  { reasons, signal }: { readonly reasons: readonly Suppression[]; readonly signal: Signal },
): void {
  if (alert.attached && !isExplained(state, reasons)) leaveRoot(state, alert, signal);
  const before = alert.suppressedBy;
  if (before.length === 0 && reasons.length === 0) return;
  alert.suppressedBy = reasons;
  const begun = without(reasons, before);
  const ended = without(before, reasons);
  countBegun(state, begun, before);
  const [cause] = [...begun, ...ended];
  if (cause === undefined) return;
  addAlertEvent(state, alert, {
    type: reasons.length > 0 ? 'alert-suppressed' : 'alert-unsuppressed',
    reason: cause.kind,
    rule: cause.rule ?? null,
    detail: { alert: alert.fingerprint, by: reasons.map(inDetail), ended: ended.map(inDetail) },
  });
}

/** True where the alert has just these reasons, in the same words. */
export function hasReasons(alert: Alert, reasons: readonly Suppression[]): boolean {
  const known = alert.suppressedBy;
  return known.length === reasons.length && known.every((one, i) => isEqual(one, reasons[i]));
}

function isEqual(a: Suppression, b: Suppression | undefined): boolean {
  return (
    a.kind === b?.kind &&
    a.id === b.id &&
    a.reason === b.reason &&
    a.rule?.file === b.rule?.file &&
    a.rule?.line === b.rule?.line
  );
}

/** A reason as timelines carry it. */
export function inDetail({ kind, id, reason, rule }: Suppression): JsonObject {
  return { kind, id, reason, ...(rule !== undefined && { file: rule.file, line: rule.line }) };
}

function without(some: readonly Suppression[], others: readonly Suppression[]): readonly Suppression[] {
  if (others.length === 0) return some;
  return some.filter(({ kind, id }) => !others.some((other) => other.kind === kind && other.id === id));
}

/** An alert is counted once for each kind that holds it back, however many reasons of that kind it has. */
function countBegun(state: ShardState, begun: readonly Suppression[], before: readonly Suppression[]): void {
  const kinds = new Set<SuppressionKind>(before.map(({ kind }) => kind));
  for (const { kind, rule } of begun) {
    if (!kinds.has(kind)) state.totals.inc('alerts_suppressed', [kind]);
    kinds.add(kind);
    // A rule with a hold was counted when it matched.
    if (rule !== undefined && kind !== 'hold') countHit(state, rule.id);
  }
}

/** A rule took an alert. */
export function countHit(state: ShardState, rule: string): void {
  state.totals.inc('rule_hits', [rule]);
  state.ruleLastHits.set(rule, state.at);
}
