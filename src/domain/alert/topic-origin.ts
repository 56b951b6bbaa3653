/** A partition of an external topic, as long as it is the same topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Counts the topics that had this name, from 1: one that is made anew begins at offset 0 again. */
  readonly incarnation: number;
}

/** Which message of an external topic something was made of. */
export interface MessageOrigin extends TopicPartition {
  readonly offset: number;
  /** The message's own timestamp, Unix ms: by it a topic that was made anew is told from the one before. */
  readonly at: number;
}

/** Which messages, in their order, the alerts of an entry were made of. */
export interface MessagesOrigin extends TopicPartition {
  /** Of the message behind each alert, never falling. All alerts of a message for one shard are in one entry. */
  readonly offsets: readonly number[];
  /** Timestamp of the last of these messages, Unix ms. */
  readonly at: number;
}

/** Name of a partition whatever the incarnation: no topic's name has a slash in it. */
export function partitionKey({ topic, partition }: Pick<TopicPartition, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
