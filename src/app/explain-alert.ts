import type { IncomingAlert } from '../domain/alert/alert.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { Rejection, Source } from '../domain/sources/source.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { DecisionTrace } from '../domain/triage/trace/decision-trace.js';
import type { AskedDecision } from '../domain/triage/trace/trace-decision.js';
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

/** Of a shard that this process does not run nothing is known; rules and clock then speak alone. */
export function createExplainAlerts(deps: {
  /** By shard, those that run here. */
  readonly engines: () => ReadonlyMap<number, Explainer>;
  readonly shardOf: (alert: Pick<IncomingAlert, 'labels'>) => number;
  readonly rules: () => RuleSet;
  readonly check: CheckBody;
  readonly clock: Pick<Clock, 'now'>;
  readonly views: Pick<Views, 'alert' | 'incident'>;
}): ExplainAlerts {
  const { check, clock, views } = deps;
  /** Of several alerts all among what is known, or none. */
  function explain(asked: readonly AskedDecision[]): Pick<Explanation, 'among' | 'traces'> {
    const engines = deps.engines();
    const here = asked.flatMap(({ incoming }) => engines.get(deps.shardOf(incoming)) ?? []);
    if (here.length === asked.length)
      return {
        among: 'engine',
        traces: asked.map((each, index) => (here[index] as Explainer).explain(each)),
      };
    const alone = explainAlone(deps.rules(), clock.now());
    return { among: 'alone', traces: asked.map((each) => alone.explain(each)) };
  }

  async function known(fingerprint: string): Promise<Explanation | null> {
    const at = clock.now();
    for (const engine of deps.engines().values()) {
      const trace = engine.explainKnown(fingerprint, at);
      if (trace !== null) return { among: 'engine', traces: [trace], rejected: [], omitted: 0 };
    }
    // The store remembers alerts longer than the engine, and those of all shards.
    const alert = await views.alert(fingerprint);
    if (alert === null) return null;
    const incoming = incomingOf(alert, deps.rules(), at);
    return { ...explain([{ incoming, at, basis: 'remembered' }]), rejected: [], omitted: 0 };
  }

  return {
    payload(source, body, at = clock.now()) {
      const problems = check(source.schema, body);
      if (problems.length > 0) return { kind: 'invalid', problems };
      const mapped = source.map(body, { now: at, wellFormed: false });
      if (mapped.malformed !== undefined) return { kind: 'invalid', problems: mapped.malformed };
      const asked = mapped.alerts.slice(0, mostExplained).map((incoming) => ({ incoming, at }));
      const omitted = mapped.alerts.length - asked.length;
      return { kind: 'explained', ...explain(asked), rejected: mapped.rejected, omitted };
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
