import type { AlertStatus } from '../alert/alert.js';
import type { IncidentState, Priority, SupportTier } from '../incident/scales.js';

/** How many alerts and incidents the engine holds right now. */
export interface Census {
  readonly alerts: Readonly<Record<AlertStatus, number>>;
  /** Combinations that occur, each once. */
  readonly incidents: readonly {
    readonly priority: Priority;
    readonly tier: SupportTier;
    readonly state: IncidentState;
    readonly count: number;
  }[];
}
