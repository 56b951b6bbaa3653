import type { Alert } from '../domain/alert/alert.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { Rejection, Source } from '../domain/sources/source.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { DecisionTrace } from '../domain/triage/trace/decision-trace.js';
import { incomingOf } from '../domain/triage/trace/incoming-of.js';
import type { CheckBody, Clock, Problem, Views } from './ports.js';

/** What can tell how an alert is judged: an engine, among all that it knows. */
export type Explainer = Pick<Engine, 'explain' | 'explainKnown'>;

export interface Explanation {
  /** `engine`: among everything that it knows; `alone`: as if the alert were the first that ever came. */
  readonly among: 'engine' | 'alone';
  readonly traces: readonly DecisionTrace[];
  /** Alerts of the payload that are wrong in themselves. */
  readonly rejected: readonly Rejection[];
  /** Alerts of the payload beyond the first `mostExplained`. */
  readonly omitted: number;
}

export type ExplainedPayload =
  | ({ readonly kind: 'explained' } & Explanation)
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** So many alerts of one payload are explained: what is said of each is long. */
export const mostExplained = 20;

/** Tells how alerts are judged, and why. Stores nothing. */
export interface ExplainAlerts {
  /** Each alert of a payload of the source, as if it came at the instant (absent: now) and alone of its payload. */
  payload(source: Source, body: unknown, at?: number): ExplainedPayload;
  /** An alert that came before, by its fingerprint; null: it is not known any more. */
  known(fingerprint: string): Promise<Explanation | null>;
  /** The alert that opened the incident; null: incident or alert is not known any more. */
  incident(id: string): Promise<Explanation | null>;
}

/** `engine` answers null where this process runs none; rules and clock then speak alone. */
export function createExplainAlerts(deps: {
  readonly engine: () => Explainer | null;
  readonly rules: () => RuleSet;
  readonly check: CheckBody;
  readonly clock: Pick<Clock, 'now'>;
  readonly views: Pick<Views, 'alert' | 'incident'>;
}): ExplainAlerts {
  const { check, clock, views } = deps;
  const explainer = (): { readonly among: Explanation['among']; readonly explainer: Explainer } => {
    const engine = deps.engine();
    return engine === null
      ? { among: 'alone', explainer: explainAlone(deps.rules(), clock.now()) }
      : { among: 'engine', explainer: engine };
  };

  async function known(fingerprint: string): Promise<Explanation | null> {
    const { among, explainer: asked } = explainer();
    const at = clock.now();
    const trace = asked.explainKnown(fingerprint, at) ?? remembered(await views.alert(fingerprint), asked);
    return trace === null ? null : { among, traces: [trace], rejected: [], omitted: 0 };
  }

  /** The store remembers alerts longer than the engine. */
  function remembered(alert: Alert | null, asked: Explainer): DecisionTrace | null {
    if (alert === null) return null;
    const at = clock.now();
    return asked.explain({ incoming: incomingOf(alert, deps.rules(), at), at, basis: 'remembered' });
  }

  return {
    payload(source, body, at = clock.now()) {
      const problems = check(source.schema, body);
      if (problems.length > 0) return { kind: 'invalid', problems };
      const mapped = source.map(body, { now: at, wellFormed: false });
      if (mapped.malformed !== undefined) return { kind: 'invalid', problems: mapped.malformed };
      const { among, explainer: asked } = explainer();
      const traces = mapped.alerts.slice(0, mostExplained).map((incoming) => asked.explain({ incoming, at }));
      const omitted = mapped.alerts.length - traces.length;
      return { kind: 'explained', among, traces, rejected: mapped.rejected, omitted };
    },
    known,
    async incident(id) {
      const incident = await views.incident(id);
      return incident === null ? null : known(incident.root);
    },
  };
}

/** What tells how alerts are judged by these rules at an instant, if nothing else is known. */
export function explainAlone(rules: RuleSet, at: number): Explainer {
  const nothing = { alerts: [], incidents: [], silences: [], outcomes: [] };
  const engine = createEngine({
    shard: 0,
    image: { shard: null, position: 0, commit: 0, ...nothing },
    ruleSet: () => rules,
  });
  engine.apply({ position: 1, at, entries: [{ kind: 'rules-changed', hash: rules.hash, by: 'explain' }] });
  return engine;
}
