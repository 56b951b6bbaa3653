import type { Telemetry } from './adapters/telemetry/telemetry.js';
import type { Emit } from './app/telemetry-events.js';
import type { Settings } from './settings.js';

/** What every part of the building uses. */
export interface Site {
  readonly settings: Settings;
  readonly version: string;
  readonly telemetry: Telemetry;
  readonly emit: Emit;
  readonly onFatal: (error: unknown) => void;
  /** Runs last in, first out. */
  readonly cleanup: (run: () => Promise<void>) => void;
}

/** What a log says of itself. */
export function toldOf({ emit }: Site): {
  readonly onFailure: (error: unknown) => void;
  readonly onRecovery: () => void;
} {
  return {
    onFailure: (error) => {
      emit({ kind: 'log-failed', error });
    },
    onRecovery: () => {
      emit({ kind: 'log-recovered' });
    },
  };
}
