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
