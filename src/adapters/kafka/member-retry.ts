import type { ConsumerConfig } from 'kafkajs';

/**
 * How a member of a group tries again. A broker that starts anew takes some seconds: the membership that outlives them needs no
 * new join.
 */
export const memberRetry: NonNullable<ConsumerConfig['retry']> = {
  retries: 8,
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  // A restart by kafkajs happens after some failures only, and even after a close: we do it.
  restartOnFailure: () => Promise.resolve(false),
};
