import { matches } from '../alert/matches.js';
import type { RuleSet, Service } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import type { NormalizedAlert } from './normalize.js';
import { walkRules } from './walk-rules.js';

export interface BoundAlert extends NormalizedAlert {
  /** Id of the catalogue's service that it is about. */
  readonly service: string | null;
}

/** Stage bind (mode first): the service that the sender named, where the catalogue knows it; else the first whose bindings match. */
export function bind(alert: NormalizedAlert, rules: RuleSet, at: number): BoundAlert {
  const claimed = alert.claimedService === null ? undefined : rules.services.get(alert.claimedService);
  const service = claimed ?? firstBound(alert, rules, at);
  return { ...alert, service: service?.id ?? null, runbook: alert.runbook ?? service?.runbook ?? null };
}

function firstBound(alert: NormalizedAlert, rules: RuleSet, at: number): Service | null {
  const subject = alertSubject(alert, null);
  const walk = walkRules(rules.bindings, rules.indexes.bindings, alert);
  for (let binding = walk.next(subject); binding !== null; binding = walk.next(subject)) {
    const { service, match } = binding;
    alert.witness?.begun?.(service.ref);
    const isBound = matches(match, subject, at);
    alert.witness?.tried?.({
      stage: 'bind',
      rule: { ref: service.ref, title: service.name, match },
      subject,
      before: alert,
      after: isBound ? { ...alert, service: service.id } : null,
    });
    if (isBound) return service;
  }
  return null;
}

/** The bound service as the rules in force describe it; null also where a reload took it out. */
export function serviceOf(alert: { readonly service: string | null }, rules: RuleSet): Service | null {
  return alert.service === null ? null : (rules.services.get(alert.service) ?? null);
}
