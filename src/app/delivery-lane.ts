import { attemptNotification } from './attempt-notification.js';
import { giveUp, judgeAttempt, type Verdict } from './delivery-verdict.js';
import type { Clock, DeliveryResult, Notify, OutboxItem, OutboxStore } from './ports.js';
import { createReceiverHealth, type ReceiverHealth } from './receiver-health.js';
import { repeatUntilDone } from './repeat-until-done.js';
import type { RetryPolicy } from './retry-schedule.js';
import type { Emit } from './telemetry-events.js';
import type { Entry } from '../domain/alert/entry.js';

/** What the lanes of a deliverer share. */
export interface DeliveryContext {
  readonly outbox: OutboxStore;
  readonly append: (entry: Entry) => Promise<void>;
  readonly notifierFor: (id: string) => Notify | null;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: Emit;
  readonly policy: RetryPolicy;
  /** Unix ms; notifications from before count as put in then, so that downtime uses up nobody's time. */
  readonly startedAt: number;
  /** Start nothing new. */
  readonly stopping: AbortSignal;
  /** Break off what is under way. */
  readonly breakOff: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** For the commit that takes delivered rows out, or a store that fails, to be looked at again. */
const recheckMs = 1_000;
/** Timers of longer waits are set in parts. */
const longestTimerMs = 60 * 60_000;

/** The queue of one notifier. A row is under way, settled but not yet committed as such, or only in the outbox. */
export class DeliveryLane {
  readonly #notifier: string;
  readonly #context: DeliveryContext;
  readonly #health: ReceiverHealth;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #settled = new Set<string>();
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #cancelTimer: () => void = () => undefined;

  constructor(notifier: string, context: DeliveryContext) {
    this.#notifier = notifier;
    this.#context = context;
    this.#health = createReceiverHealth(context.policy, context.random);
  }

  /** Starts what may be sent now; what falls due later is looked at then. Calls while it looks are joined. */
  look(): void {
    if (this.#context.stopping.aborted) return;
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    this.#cancelTimer();
    this.#looking = this.#startWhatIsDue()
      .catch((error: unknown) => {
        this.#context.onFailure(error);
        this.#lookIn(recheckMs);
      })
      .finally(() => {
        this.#looking = null;
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.look();
      });
  }

  /** Resolves when nothing is under way. Only a stop makes sure that nothing new begins. */
  async idle(): Promise<void> {
    while (this.#looking !== null || this.#underWay.size > 0) {
      await Promise.all([this.#looking, ...this.#underWay.values()]);
    }
    this.#cancelTimer();
  }

  #lookIn(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.after(Math.min(delayMs, longestTimerMs), () => {
      this.look();
    });
  }

  async #startWhatIsDue(): Promise<void> {
    const { outbox, policy, clock, stopping } = this.#context;
    await this.#forgetCommitted();
    if (this.#settled.size >= policy.maxUnsettled) {
      this.#lookIn(recheckMs);
      return;
    }
    const taken = new Set([...this.#underWay.keys(), ...this.#settled]);
    // Rows are read right before they are sent: what was withdrawn meanwhile is not among them.
    const rows = await outbox.next(this.#notifier, taken.size + policy.concurrency);
    for (const row of rows.filter(({ notification }) => !taken.has(notification.id))) {
      // The end of an attempt looks again.
      if (stopping.aborted || this.#underWay.size >= this.#health.concurrency()) return;
      const overdue = this.#isOverdue(row);
      const waitMs = overdue ? 0 : Math.max(row.nextAttemptAt, this.#health.pausedUntil()) - clock.now();
      if (waitMs > 0) {
        this.#lookIn(waitMs);
        return;
      }
      this.#start(row, overdue);
    }
  }

  async #forgetCommitted(): Promise<void> {
    if (this.#settled.size === 0) return;
    const waiting = await this.#context.outbox.stillWaiting([...this.#settled]);
    for (const id of this.#settled) if (!waiting.has(id)) this.#settled.delete(id);
  }

  #deadlineOf(row: OutboxItem): number {
    const { policy, startedAt } = this.#context;
    return Math.max(row.notification.createdAt, startedAt) + policy.giveUpAfterMs;
  }

  /** Out of time: tried in vain, or kept from being tried by a receiver that is down. */
  #isOverdue(row: OutboxItem): boolean {
    if (this.#context.clock.now() < this.#deadlineOf(row)) return false;
    return row.attempts > 0 || this.#health.downBecause() !== null;
  }

  #start(row: OutboxItem, overdue: boolean): void {
    const { id } = row.notification;
    const work = this.#conclude(row, overdue).then(
      () => {
        this.#underWay.delete(id);
        this.look();
      },
      (error: unknown) => {
        this.#underWay.delete(id);
        this.#context.onFailure(error);
        this.#lookIn(recheckMs);
      },
    );
    this.#underWay.set(id, work);
  }

  /** The row stays under way until what became of it is written down, so an outage of the log sends nothing twice. */
  async #conclude(row: OutboxItem, overdue: boolean): Promise<void> {
    const { append, outbox, clock, stopping, onFailure } = this.#context;
    const { id } = row.notification;
    const verdict = overdue ? this.#abandon(row) : await this.#attempt(row);
    const write =
      verdict.kind === 'settled'
        ? () => append(verdict.entry)
        : () =>
            outbox.recordAttempt(id, {
              attempts: row.attempts + 1,
              nextAttemptAt: verdict.at,
              error: verdict.error,
            });
    const written = await repeatUntilDone(write, { clock, signal: stopping, onFailure });
    if (written && verdict.kind === 'settled') this.#settled.add(id);
  }

  async #attempt(row: OutboxItem): Promise<Verdict> {
    const { clock, policy, random, breakOff } = this.#context;
    const startedAt = clock.now();
    const notify = this.#context.notifierFor(this.#notifier);
    const result: DeliveryResult =
      notify === null
        ? { kind: 'rejected', error: `The rules in force have no notifier "${this.#notifier}".` }
        : await attemptNotification(row, notify, { clock, timeoutMs: policy.attemptTimeoutMs, breakOff });
    const now = clock.now();
    if (result.kind === 'retry') this.#health.failed({ ...result, at: now });
    else this.#health.answered();
    const deadline = this.#deadlineOf(row);
    const verdict = judgeAttempt(row, result, { policy, now, deadline, random: random() });
    this.#report(row.notification.id, verdict, { attempt: row.attempts + 1, durationMs: now - startedAt });
    return verdict;
  }

  #abandon(row: OutboxItem): Verdict {
    const { attempts } = row;
    const verdict = giveUp(row, {
      attempts,
      lastError: this.#health.downBecause(),
      policy: this.#context.policy,
    });
    this.#report(row.notification.id, verdict, { attempt: attempts, durationMs: 0 });
    return verdict;
  }

  #report(notification: string, verdict: Verdict, facts: { attempt: number; durationMs: number }): void {
    const error = verdict.kind === 'again' ? verdict.error : verdict.entry.detail;
    this.#context.emit({
      kind: 'notification-attempted',
      notification,
      notifier: this.#notifier,
      outcome: verdict.kind === 'again' ? 'retry' : verdict.entry.outcome,
      ...(error === undefined ? {} : { error }),
      ...facts,
    });
  }
}
