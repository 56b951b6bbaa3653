import type { EventLog } from './ports.js';
import type { RulesDesk } from './reload-rules.js';
import { TocsinError } from './tocsin-error.js';

/*
 * What a process of role `engine` shows to those who come from outside: they may read everything and change nothing. The
 * refusal passes for one that ends by itself, because senders drop what is refused for good, and a load balancer that
 * sends to such a process by mistake finds another one for the next try.
 */

function refusal(): TocsinError {
  return new TocsinError(
    'This replica has TOCSIN_ROLE=engine: it runs shards and answers reads. Send this to a replica of role all or intake, and leave this one out of the load balancer.',
    { code: 'takes-nothing-in', retriable: true },
  );
}

/** The log, to which nothing is appended. */
export function logToRead(log: EventLog): EventLog {
  return {
    shards: log.shards,
    append: () => Promise.reject(refusal()),
    copy: () => Promise.reject(refusal()),
    read: (shard, after, signal) => log.read(shard, after, signal),
    end: (shard) => log.end(shard),
    prune: (shard, limits) => log.prune(shard, limits),
    unavailable: () => log.unavailable(),
    close: () => log.close(),
  };
}

/** The rules, which nobody reloads. */
export function rulesToRead(rules: RulesDesk): RulesDesk {
  return { ...rules, reload: () => Promise.reject(refusal()) };
}
