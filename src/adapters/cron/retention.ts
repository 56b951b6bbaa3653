import { schedule as scheduleTask, validateDetailed, type Logger } from 'node-cron';
import type { Emit } from '../../app/telemetry-events.js';

export interface RetentionJob {
  /** No run begins after this; resolves when one under way has ended. */
  stop(): Promise<void>;
}

/** The scheduler would print by itself; what matters here is told by `emit`. */
const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/**
 * Runs retention at the times of a cron expression (five or six fields, the machine's time zone), never two runs at once.
 * A run that fails is reported and the next one comes at its time. Throws RangeError for a wrong expression.
 */
export function scheduleRetention(options: {
  readonly schedule: string;
  readonly run: () => Promise<void>;
  readonly emit: Emit;
}): RetentionJob {
  const { schedule, run, emit } = options;
  if (!validateDetailed(schedule).valid) throw new RangeError(`"${schedule}" is not a cron expression.`);
  let running: Promise<void> = Promise.resolve();
  const runOnce = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      emit({ kind: 'background-failed', task: 'retention', error });
    }
  };
  const task = scheduleTask(schedule, () => (running = runOnce()), {
    name: 'retention',
    noOverlap: true,
    logger: silent,
    unref: true,
  });
  return {
    async stop() {
      await task.destroy();
      await running;
    },
  };
}
