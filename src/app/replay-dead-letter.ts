import type { IncomingAlert } from '../domain/alert/alert.js';
import { type DeadLetter, shardOfDeadLetters } from '../domain/alert/dead-letter.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { Outcome } from '../domain/triage/outcome.js';
import type { AlertShards } from './alert-shards.js';
import type { Views } from './ports.js';
import type { ReadMessage, ReadTopicMessage } from './read-message.js';
import type { SubmitCommand } from './submit-command.js';

/** Why a dead letter can't be replayed. It stays as it is. */
export const replayRefusals = [
  'unknown-dead-letter',
  'text-was-cut',
  'unknown-topic',
  'still-unreadable',
] as const;
export type ReplayRefusal = (typeof replayRefusals)[number];

export type Replayed =
  | {
      /** `would-be-replayed`: only tried. `already-replayed`: now or earlier, it changed nothing. */
      readonly kind: 'replayed' | 'already-replayed' | 'would-be-replayed';
      readonly letter: DeadLetter;
      /** Of the alerts that were made of it; empty where it was replayed before. */
      readonly fingerprints: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: ReplayRefusal; readonly detail: string }
  /** The engine refused it, which only a defect of ours can bring about. */
  | { readonly kind: 'not-applied'; readonly outcome: Outcome }
  /** In the log, but the engine has not answered in time. */
  | { readonly kind: 'pending'; readonly command: string };

export interface ReplayRequest {
  readonly id: string;
  readonly by: string;
  /** Only says what would come of it. */
  readonly dryRun: boolean;
}

/**
 * Reads a dead letter again by the rules in force, and has the engine judge what alerts it holds. Twice is harmless: the
 * second finds that it was done. Rejects with TocsinError where log or store refuse.
 */
export type ReplayDeadLetter = (request: ReplayRequest) => Promise<Replayed>;

export function createReplayDeadLetter(world: {
  readonly views: Pick<Views, 'deadLetter'>;
  readonly rules: { current(): Pick<RuleSet, 'intake'> };
  readonly read: ReadTopicMessage;
  readonly submit: SubmitCommand;
  readonly shards: Pick<AlertShards, 'split'>;
}): ReplayDeadLetter {
  const { views, rules, read } = world;
  return async ({ id, by, dryRun }) => {
    const letter = await views.deadLetter(id);
    if (letter === null) {
      const detail = `There is no dead letter '${id.slice(0, 300)}', or it is older than the log's retention.`;
      return { kind: 'refused', reason: 'unknown-dead-letter', detail };
    }
    if (letter.replayedAt !== null) return { kind: 'already-replayed', letter, fingerprints: [] };
    const again = readAgain(letter, { rules, read });
    if ('reason' in again) return { kind: 'refused', ...again };
    const { alerts } = again;
    const fingerprints = alerts.map((alert) => alert.fingerprint);
    if (dryRun) return { kind: 'would-be-replayed', letter, fingerprints };
    const failed = await submitParts({ letter, alerts, by }, world);
    if (failed !== null) return failed;
    return { kind: 'replayed', letter: (await views.deadLetter(id)) ?? letter, fingerprints };
  };
}

/** null: done. The shard that keeps the letter comes last, because it notes there that it was replayed. */
async function submitParts(
  {
    letter,
    alerts,
    by,
  }: { readonly letter: DeadLetter; readonly alerts: readonly IncomingAlert[]; readonly by: string },
  { shards, submit }: { readonly shards: Pick<AlertShards, 'split'>; readonly submit: SubmitCommand },
): Promise<Extract<Replayed, { kind: 'pending' | 'not-applied' }> | null> {
  const parts = shards.split(alerts, (alert) => alert);
  const others = [...parts.keys()].filter((shard) => shard !== shardOfDeadLetters);
  for (const shard of [...others, shardOfDeadLetters]) {
    const submitted = await submit({
      ...{ by, shard },
      command: { name: 'replay-dead-letter', letter, alerts: parts.get(shard) ?? [] },
      // Whatever two people make of it, it is the same replay; each shard remembers its part.
      idempotency: { key: `replay ${letter.id}`, bodyHash: letter.id },
    });
    if (submitted.kind === 'pending') return submitted;
    const { outcome } = submitted;
    if (outcome.result === 'refused') return { kind: 'not-applied', outcome };
  }
  return null;
}

function readAgain(
  letter: DeadLetter,
  {
    rules,
    read,
  }: { readonly rules: { current(): Pick<RuleSet, 'intake'> }; readonly read: ReadTopicMessage },
): ReadMessage | { readonly reason: ReplayRefusal; readonly detail: string } {
  const { text, encoding, cut, bytes, origin } = letter;
  if (cut) {
    const detail = `Only its beginning was kept of ${bytes} bytes. The message itself may still be in the topic ${origin.topic}, partition ${origin.partition}, at offset ${origin.offset}.`;
    return { reason: 'text-was-cut', detail };
  }
  const topic = rules.current().intake.get(origin.topic);
  if (topic === undefined) {
    const detail = `The rules in force name no topic ${origin.topic}: without intake.yaml nobody knows what its messages are.`;
    return { reason: 'unknown-topic', detail };
  }
  const again = read(topic, Buffer.from(text, encoding));
  if (again.unread === null) return again;
  const detail = `By the rules in force it is still unreadable (${again.unread.reason}): ${again.unread.detail}`;
  return { reason: 'still-unreadable', detail };
}
