import { setTimeout as delay } from 'node:timers/promises';
import type { WholeState } from '../whole-state.js';
import { inflictFaults, shuffledFaults } from './chaos-faults.js';
import { type ChaosLedger, type ChaosPace, startChaosLoad } from './chaos-load.js';
import type { ChaosWorld } from './chaos-world.js';
import { endChaos } from './end-chaos.js';
import { watchBacklog } from './watch-backlog.js';

export interface ChaosRun extends ChaosPace {
  readonly seed: number;
  /** Faults go on, round after round, until so many alerts are acknowledged; one round at least. */
  readonly alerts: number;
  readonly pauseMs: number;
  /** Between two faults, least and most. */
  readonly faultPauseMs: readonly [number, number];
  /** Senders rest while more alerts than this wait to be committed: the stand-in for MongoDB is slow. */
  readonly mostBehind: number;
  /** How long it may take to triage what is left when the faults are over. */
  readonly drainMs: number;
  readonly show: (line: string) => void;
}

export interface ChaosOutcome {
  readonly ledger: ChaosLedger;
  readonly state: WholeState;
  readonly faults: number;
}

/** Load and faults, then peace: what is there when everything has come to rest. One replica is left. */
export async function runChaos(world: ChaosWorld, run: ChaosRun): Promise<ChaosOutcome> {
  const { seed, alerts, show } = run;
  const backlog = await watchBacklog(world);
  const rests = ({ acknowledged }: ChaosLedger): boolean =>
    acknowledged - backlog.committed() > run.mostBehind;
  const load = startChaosLoad(world, { ...run, rests });
  const { ledger } = load;
  let faults = 0;
  try {
    for (let round = 0; round === 0 || ledger.acknowledged < alerts; round += 1) {
      const plan = shuffledFaults(seed + round);
      await inflictFaults(world, {
        ...{ faults: plan, seed: seed + round, pauseMs: run.faultPauseMs, show },
        enough: () => round > 0 && ledger.acknowledged >= alerts,
      });
      faults += plan.length;
      show(`${ledger.acknowledged} alerts acknowledged, ${backlog.committed()} committed`);
    }
    await delay(run.faultPauseMs[0]);
  } finally {
    await load.stop();
    await backlog.stop();
  }
  show(`the load is over, ${ledger.acknowledged} alerts of ${ledger.series.size} series`);
  const state = await endChaos(world, { ledger, timeoutMs: run.drainMs });
  return { ledger, state, faults };
}
