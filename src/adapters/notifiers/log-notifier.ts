import type { Notify } from '../../app/ports.js';
import type { Emit } from '../../app/telemetry-events.js';

/** Sends by writing one structured line to the log. */
export function createLogNotifier(emit: Emit): Notify {
  return (notification) => {
    emit({ kind: 'notification-logged', notification });
    return Promise.resolve({ kind: 'sent' });
  };
}
