import type { MessageOrigin } from './topic-origin.js';

/** Why a message could not be read: the closed list that metrics and the API carry. */
export const deadLetterReasons = [
  /** Larger than what one message may be. */
  'too-large',
  /** Not text in UTF-8. */
  'not-utf8',
  'not-json',
  /** JSON, but not of the shape that the format wants. */
  'invalid-body',
  /** Of the right shape, but no alert can be made of it or of a part of it. */
  'invalid-alert',
  /** It tripped over a defect of ours. */
  'internal-error',
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** A message, or the part of one, that no alert could be made of. `id` is the same whenever the message is read again. */
export interface UnreadMessage {
  readonly id: string;
  /** Id of the source that it would have been an alert of. */
  readonly source: string;
  readonly reason: DeadLetterReason;
  /** What is wrong with it, in words for people. */
  readonly detail: string;
  readonly origin: MessageOrigin;
  /** How `text` holds the bytes: as they are, or in Base64 because they are no text. */
  readonly encoding: 'utf8' | 'base64';
  /** The message, or the part of it that could not be read; its beginning where it was cut. */
  readonly text: string;
  /** Size of all that could not be read, in bytes. */
  readonly bytes: number;
  /** `text` is only the beginning: it can't be read again from here. */
  readonly cut: boolean;
}

/** What is kept of it until the log's retention ends. */
export interface DeadLetter extends UnreadMessage {
  /** When it came, in log time, Unix ms. */
  readonly at: number;
  /** When alerts were made of it after all, and by whom; null: not yet. */
  readonly replayedAt: number | null;
  readonly replayedBy: string | null;
}

/** Wherever the alerts of a message go, what could not be read of it is kept here. */
export const shardOfDeadLetters = 0;

/** What lists show: everything but the text. */
export type DeadLetterSummary = Omit<DeadLetter, 'text'>;

export function summaryOf(letter: DeadLetter): DeadLetterSummary {
  const { id, source, reason, detail, origin, encoding, bytes, cut, at, replayedAt, replayedBy } = letter;
  return { id, source, reason, detail, origin, encoding, bytes, cut, at, replayedAt, replayedBy };
}

/** `topic:partition:incarnation:offset`; unique, because the last three are numbers. */
export function deadLetterId({ topic, partition, incarnation, offset }: Omit<MessageOrigin, 'at'>): string {
  return `${topic}:${partition}:${incarnation}:${offset}`;
}
