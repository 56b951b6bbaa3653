import {
  partitionKey,
  type MessageOrigin,
  type MessagesOrigin,
  type TopicPartition,
} from '../alert/topic-origin.js';

/** How far the messages of a partition were seen. Alerts and dead letters apart: those of one message are two entries. */
export interface SeenMessages {
  /** Highest offset that alerts were made of; -1: none yet. */
  readonly alerts: number;
  /** Highest offset of a dead letter; -1: none yet. */
  readonly letters: number;
  /** Timestamp of the message at the higher of the two, Unix ms. */
  readonly at: number;
}

type Image = Readonly<Record<string, Readonly<Record<string, SeenMessages>>>>;

/**
 * Knows which messages of external topics were seen, so that one that is read again after a crash or a hand-over counts once.
 * Of a topic that was made anew the incarnation before is remembered too: its last reader may be late.
 */
export interface SeenMessagesMap {
  /** How many of the alerts, from the first on, were seen before; from now on all are. */
  takeAlerts(origin: MessagesOrigin): number;
  /** False: seen before. */
  takeLetter(origin: MessageOrigin): boolean;
  snapshot(): Image;
}

const rememberedIncarnations = 2;
const nothing: SeenMessages = { alerts: -1, letters: -1, at: 0 };

export function createSeenMessages(image: Image = {}): SeenMessagesMap {
  const partitions = new Map(
    Object.entries(image).map(([key, byIncarnation]) => {
      return [key, new Map(Object.entries(byIncarnation).map(([at, seen]) => [Number(at), seen]))];
    }),
  );

  const find = (origin: TopicPartition): SeenMessages =>
    partitions.get(partitionKey(origin))?.get(origin.incarnation) ?? nothing;

  const note = (origin: TopicPartition, seen: SeenMessages): void => {
    const key = partitionKey(origin);
    const incarnations = partitions.get(key) ?? new Map<number, SeenMessages>();
    incarnations.set(origin.incarnation, seen);
    const oldest = Math.max(...incarnations.keys()) - rememberedIncarnations;
    for (const incarnation of incarnations.keys())
      if (incarnation <= oldest) incarnations.delete(incarnation);
    partitions.set(key, incarnations);
  };

  return {
    takeAlerts(origin) {
      const { offsets } = origin;
      const seen = find(origin);
      const first = offsets.findIndex((offset) => offset > seen.alerts);
      if (first === -1) return offsets.length;
      const alerts = offsets.at(-1) ?? seen.alerts;
      note(origin, { ...seen, alerts, at: alerts > seen.letters ? origin.at : seen.at });
      return first;
    },
    takeLetter(origin) {
      const seen = find(origin);
      if (origin.offset <= seen.letters) return false;
      note(origin, {
        ...seen,
        letters: origin.offset,
        at: origin.offset >= seen.alerts ? origin.at : seen.at,
      });
      return true;
    },
    snapshot: () =>
      Object.fromEntries(
        [...partitions].map(([key, incarnations]) => [
          key,
          Object.fromEntries([...incarnations].map(([at, seen]) => [String(at), seen])),
        ]),
      ),
  };
}
