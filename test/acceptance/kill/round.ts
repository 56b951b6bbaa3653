import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../support/seeded-random.js';
import { type JsonAnswer, sendJson } from '../../support/send-json.js';
import type { Fate, Ledger } from './ledger.js';

/** One life of the service, from ready to kill. */
export interface Round {
  readonly number: number;
  readonly url: string;
  readonly rulesDir: string;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  /** Set right before the kill: from then on a request without an answer is nobody's fault. */
  dying: boolean;
}

/** Sends a request that the kill may cut off. null: no answer came. Any failure before the kill is an error. */
export async function trySend<T>(
  round: Round,
  path: string,
  request: Parameters<typeof sendJson>[1],
): Promise<JsonAnswer<T> | null> {
  try {
    return await sendJson<T>(`${round.url}${path}`, request);
  } catch (error) {
    if (!round.dying) throw new Error(`POST ${path} got no answer from a living service.`, { cause: error });
    return null;
  }
}

/** 2xx: acknowledged. No answer: unknown. Anything else has no place in this load. */
export function fateOf(answer: JsonAnswer<unknown> | null, what: string): Fate {
  if (answer === null) return 'unknown';
  if (answer.status >= 200 && answer.status < 300) return 'acknowledged';
  throw new Error(`${what} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** Does one thing after the other, with short pauses, until the service is killed. */
export async function untilKilled(
  round: Round,
  pauseMs: readonly [number, number],
  act: () => Promise<void>,
): Promise<void> {
  while (!round.dying) {
    await act();
    await delay(round.random.between(...pauseMs));
  }
}
