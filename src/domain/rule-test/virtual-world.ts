import type { Alert } from '../alert/alert.js';
import type { Entry } from '../alert/entry.js';
import type { Incident } from '../incident/incident.js';
import type { Notification } from '../incident/notification.js';
import type { RuleSet } from '../rules/rule-set.js';
import { createEngine, type Engine } from '../triage/engine.js';
import type { Outcome } from '../triage/outcome.js';

/** The engine in virtual time, with everything that it has committed so far. */
export interface VirtualWorld {
  /** Appends entries at an instant; what was due before happens first, each at its own time. */
  append(at: number, ...entries: readonly Entry[]): void;
  /** Lets time come. */
  reach(at: number): void;
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly incidents: ReadonlyMap<string, Incident>;
  /** All that was ever to be sent, in order. */
  readonly notifications: readonly Notification[];
  outcome(command: string): Outcome | null;
  /** Ids of rules that took an alert, so far. */
  hits(): readonly string[];
}

const nothing = { alerts: [], incidents: [], silences: [], outcomes: [] };

/** Every notification is delivered at once, as if all receivers were there. */
export function createVirtualWorld(rules: RuleSet, start: number): VirtualWorld {
  const image = { shard: null, position: 0, commit: 0, ...nothing };
  return new EngineWorld(createEngine({ shard: 0, image, ruleSet: () => rules }), { rules, start });
}

class EngineWorld implements VirtualWorld {
  readonly #engine: Engine;
  readonly alerts = new Map<string, Alert>();
  readonly incidents = new Map<string, Incident>();
  readonly notifications: Notification[] = [];
  readonly #outcomes = new Map<string, Outcome>();
  #position = 0;
  #hits: readonly string[] = [];

  constructor(engine: Engine, { rules, start }: { readonly rules: RuleSet; readonly start: number }) {
    this.#engine = engine;
    this.append(start, { kind: 'rules-changed', hash: rules.hash, by: 'test' });
  }

  append(at: number, ...entries: readonly Entry[]): void {
    this.#passTimers(at);
    this.#apply(at, entries);
  }

  reach(at: number): void {
    this.append(at, { kind: 'tick' });
    this.#cut();
  }

  outcome(command: string): Outcome | null {
    this.#cut();
    return this.#outcomes.get(command) ?? null;
  }

  hits(): readonly string[] {
    return this.#hits;
  }

  /** As the owner of a shard does: a tick for each timer, so that what is sent then is delivered then. */
  #passTimers(at: number): void {
    for (;;) {
      const due = this.#engine.nextTimerAt();
      if (due === null || due >= at) return;
      this.#apply(due, [{ kind: 'tick' }]);
      // A timer that was put off may say it is due without anything to do.
      if (this.#engine.nextTimerAt() === due) return;
    }
  }

  #apply(at: number, entries: readonly Entry[]): void {
    this.#position += 1;
    this.#engine.apply({ position: this.#position, at, entries });
    const [fault] = this.#engine.takeFaults();
    if (fault !== undefined)
      throw fault.error instanceof Error ? fault.error : new Error(String(fault.error));
    if (this.#engine.pending().urgent) this.#deliver(at);
  }

  #deliver(at: number): void {
    const delivered = this.#cut().map(({ id }): Entry => ({
      kind: 'delivered',
      notification: id,
      outcome: 'sent',
      attempts: 1,
    }));
    if (delivered.length > 0) this.#apply(at, delivered);
  }

  /** Returns what is to be sent. */
  #cut(): readonly Notification[] {
    const changes = this.#engine.cut();
    for (const alert of changes.alerts) this.alerts.set(alert.fingerprint, alert);
    for (const incident of changes.incidents) this.incidents.set(incident.id, incident);
    for (const outcome of changes.outcomes) this.#outcomes.set(outcome.command, outcome);
    this.notifications.push(...changes.notifications);
    this.#hits = Object.keys(changes.shard.ruleLastHits);
    return changes.notifications;
  }
}
