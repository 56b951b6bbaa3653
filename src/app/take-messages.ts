import type { IncomingAlert } from '../domain/alert/alert.js';
import { deadLetterId, shardOfDeadLetters } from '../domain/alert/dead-letter.js';
import type { Entry } from '../domain/alert/entry.js';
import type { TopicPartition } from '../domain/alert/topic-origin.js';
import type { TopicIntake } from '../domain/rules/rule-set.js';
import type { AlertShards } from './alert-shards.js';
import { keepUnread } from './keep-unread.js';
import type { ReadMessage, ReadTopicMessage } from './read-message.js';
import { TocsinError } from './tocsin-error.js';

/** A message as the topic has it. */
export interface TopicMessage {
  readonly offset: number;
  /** Its own timestamp, Unix ms. */
  readonly at: number;
  /** null: the topic says that what had this key is gone; it is no alert. */
  readonly value: Buffer | null;
}

/** A run of messages of one partition, in their order. */
export interface MessageRun {
  readonly topic: TopicIntake;
  readonly partition: number;
  readonly incarnation: number;
  readonly messages: readonly TopicMessage[];
}

/**
 * Resolves once everything in the messages is durable in the log, alerts and dead letters, each on its shard. Rejects with the
 * TocsinError of the log; some of it may be durable then, and counts once when it is taken again: each shard sees offsets that
 * never fall, because nothing of a later run is taken before.
 */
export type TakeMessages = (run: MessageRun) => Promise<void>;

export function createTakeMessages(world: {
  readonly shards: Pick<AlertShards, 'split' | 'append'>;
  readonly read: ReadTopicMessage;
}): TakeMessages {
  const { shards, read } = world;

  async function append(run: MessageRun, readings: readonly ReadMessage[]): Promise<void> {
    const parts = new Map<number, readonly Entry[]>();
    for (const [shard, placed] of shards.split(placedOf(run, readings), ({ alert }) => alert))
      parts.set(shard, [alertsOf(run, placed)]);
    const letters = deadLettersOf(run, readings);
    if (letters.length > 0)
      parts.set(shardOfDeadLetters, [...(parts.get(shardOfDeadLetters) ?? []), ...letters]);
    try {
      await shards.append(parts);
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'entry-too-large') throw error;
      await appendInParts(run, readings);
    }
  }

  /** What does not fit into a record of the log: one half after the other; a message that does not fit alone is no use. */
  async function appendInParts(run: MessageRun, readings: readonly ReadMessage[]): Promise<void> {
    const [message] = run.messages;
    if (message === undefined) return;
    if (run.messages.length === 1) {
      await shards.append(new Map([[shardOfDeadLetters, deadLettersOf(run, [tooLarge(message)])]]));
      return;
    }
    const half = Math.ceil(run.messages.length / 2);
    await append({ ...run, messages: run.messages.slice(0, half) }, readings.slice(0, half));
    await append({ ...run, messages: run.messages.slice(half) }, readings.slice(half));
  }

  return async (run) => {
    const readings = run.messages.map(({ value }) => (value === null ? nothing : read(run.topic, value)));
    await append(run, readings);
  };
}

const nothing: ReadMessage = { alerts: [], ignored: 1, unread: null };

function tooLarge({ value }: TopicMessage): ReadMessage {
  const detail = 'what it becomes does not fit into a record of the event log';
  const unread = keepUnread(value ?? Buffer.alloc(0), { reason: 'too-large', detail });
  return { alerts: [], ignored: 0, unread };
}

function originOf({ topic, partition, incarnation }: MessageRun): TopicPartition {
  return { topic: topic.topic, partition, incarnation };
}

/** An alert and the message that it was made of. */
interface PlacedAlert {
  readonly alert: IncomingAlert;
  readonly message: TopicMessage;
}

function placedOf(run: MessageRun, readings: readonly ReadMessage[]): readonly PlacedAlert[] {
  return run.messages.flatMap((message, index) =>
    (readings[index]?.alerts ?? []).map((alert) => ({ alert, message })),
  );
}

function alertsOf(run: MessageRun, placed: readonly PlacedAlert[]): Entry {
  const offsets = placed.map(({ message }) => message.offset);
  const at = placed.at(-1)?.message.at ?? 0;
  return {
    kind: 'alerts',
    alerts: placed.map(({ alert }) => alert),
    origin: { ...originOf(run), offsets, at },
  };
}

function deadLettersOf(run: MessageRun, readings: readonly ReadMessage[]): readonly Entry[] {
  return run.messages.flatMap(({ offset, at }, index): readonly Entry[] => {
    const unread = readings[index]?.unread ?? null;
    if (unread === null) return [];
    const origin = { ...originOf(run), offset, at };
    const id = deadLetterId(origin);
    return [{ kind: 'dead-letter', message: { id, source: run.topic.source, origin, ...unread } }];
  });
}
