import type { Alert, IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../src/domain/triage/engine.js';

/** What triage made of an alert that came alone. */
export interface Judgement {
  readonly alert: Alert;
  /** Null where it was held back or only counted. */
  readonly incident: Incident | null;
}

/** A Monday morning: office hours. */
export const morning = Date.UTC(2026, 10, 23, 10);

/** Runs each alert through an engine of its own, as the service would at that time. */
export function judgeAlerts(
  rules: RuleSet,
  alerts: readonly IncomingAlert[],
  at = morning,
): readonly Judgement[] {
  return alerts.map((incoming) => judgeAlert(rules, incoming, at));
}

function judgeAlert(rules: RuleSet, incoming: IncomingAlert, at: number): Judgement {
  const image = {
    shard: null,
    position: 0,
    commit: 0,
    alerts: [],
    incidents: [],
    silences: [],
    outcomes: [],
  };
  const engine = createEngine({ shard: 0, image, ruleSet: () => rules });
  const changed = { kind: 'rules-changed', hash: rules.hash, by: 'test' } as const;
  engine.apply({ position: 1, at, entries: [changed, { kind: 'alerts', alerts: [incoming] }] });
  const [fault] = engine.takeFaults();
  if (fault !== undefined) throw fault.error;
  const { alerts, incidents } = engine.cut();
  const [alert] = alerts;
  if (alert === undefined) throw new Error(`The engine took no notice of ${incoming.title}.`);
  return { alert, incident: incidents[0] ?? null };
}
