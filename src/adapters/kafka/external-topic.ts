import type { Kafka } from 'kafkajs';
import type { Clock, TopicLag } from '../../app/ports.js';
import { pause } from '../../app/pause.js';
import type { FindSeenPosition, SeenPosition } from '../../app/seen-position.js';
import type { TakeMessages } from '../../app/take-messages.js';
import type { Emit } from '../../app/telemetry-events.js';
import type { TopicIntake } from '../../domain/rules/rule-set.js';
import { wordsOf } from './kafka-trouble.js';
import { TopicSession } from './topic-session.js';
import { withinTime } from './within-time.js';

export interface ExternalTopicOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly intake: TopicIntake;
  /** Resolves when an earlier reader of the topic has let go of it. */
  readonly after: Promise<void>;
  readonly take: TakeMessages;
  readonly findSeen: FindSeenPosition;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** How long to wait before the next try; each failure in a row doubles it. */
const firstRetryMs = 500;
const longestRetryMs = 3_000;
/** Who scrapes waits no longer for a broker. */
const lagMs = 1_000;

/** One topic, read until it is closed: whatever ends a session, another one follows. */
export class ExternalTopic {
  readonly groupId: string;
  readonly #options: ExternalTopicOptions;
  readonly #stopping = new AbortController();
  readonly #remembered = new Map<number, SeenPosition>();
  readonly #done: Promise<void>;
  #intake: TopicIntake;
  #session: TopicSession | null = null;
  /** Sessions that failed since partitions were read. */
  #failures = 0;

  constructor(options: ExternalTopicOptions) {
    this.#options = options;
    this.groupId = options.groupId;
    this.#intake = options.intake;
    this.#done = this.#run();
  }

  /** Messages from here on are what this says. */
  use(intake: TopicIntake): void {
    this.#intake = intake;
  }

  /** Of the partitions that are read here; none while the brokers don't tell. */
  async lags(): Promise<readonly TopicLag[]> {
    const { clock } = this.#options;
    const lags = this.#session?.lags() ?? Promise.resolve([]);
    return withinTime(lags, clock.now() + lagMs, clock).catch(() => []);
  }

  /** Resolves when nothing is under way any more and the group was left. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#session?.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { clock, after } = this.#options;
    const { signal } = this.#stopping;
    await after;
    while (!signal.aborted) {
      this.#session = this.#createSession();
      try {
        await this.#session.run();
      } catch (error) {
        this.#tell(error);
        const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
        this.#failures += 1;
        await pause(delayMs, { clock, signal });
      }
    }
  }

  #createSession(): TopicSession {
    const { kafka, clock, emit, findSeen, take, groupId } = this.#options;
    return new TopicSession({
      ...{ kafka, clock, emit, findSeen, groupId, topic: this.#intake.topic },
      start: () => this.#intake.start,
      remembered: this.#remembered,
      take: (from, messages) => take({ ...from, topic: this.#intake, messages }),
      onReading: () => {
        if (this.#failures > 0) emit({ kind: 'topic-recovered', topic: this.#intake.topic });
        this.#failures = 0;
      },
    });
  }

  /** Once, however long it lasts. */
  #tell(error: unknown): void {
    if (this.#failures > 0) return;
    const { topic } = this.#intake;
    this.#options.emit({ kind: 'topic-failed', topic, reason: wordsOf(error), error });
  }
}
