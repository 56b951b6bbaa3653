import { malformedRequest, misbehaviour } from './malformed-requests.js';
import { sendRaw } from './raw-http.js';
import { seededRandom } from './seeded-random.js';

export interface MalformedRun {
  readonly sent: number;
  /** Answers by status; `none` where the connection ended without one. */
  readonly statuses: ReadonlyMap<string, number>;
  /** What the service should not have done, in words; empty = it stood. */
  readonly failures: readonly string[];
}

/**
 * Sends `count` malformed requests to the port, `parallel` at once, each on a connection of its own. The same seed sends the
 * same requests. `between` runs after every `every` requests, while others are under way: the place for good ones.
 */
export async function fireMalformed(options: {
  readonly port: number;
  readonly seed: number;
  readonly count: number;
  readonly parallel: number;
  readonly every?: number;
  readonly between?: () => Promise<void>;
}): Promise<MalformedRun> {
  const random = seededRandom(options.seed);
  const statuses = new Map<string, number>();
  const failures: string[] = [];
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < options.count) {
      const index = next++;
      const malformed = malformedRequest(index, random);
      const answer = await sendRaw(options.port, malformed.request, 10_000);
      const status = answer.status === null ? 'none' : String(answer.status);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const failure = misbehaviour(malformed, answer);
      if (failure !== null) failures.push(`request ${index} of seed ${options.seed}: ${failure}`);
      if (options.between !== undefined && index % (options.every ?? 100) === 0) await options.between();
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, sender));
  return { sent: next, statuses, failures };
}
