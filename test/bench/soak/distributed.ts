import { parseArgs } from 'node:util';
import { checkCounts, checkGroups, checkTold } from '../../support/chaos/check-chaos.js';
import { type ChaosWorld, startChaosWorld } from '../../support/chaos/chaos-world.js';
import { expectChaosRefoldEquals } from '../../support/chaos/end-chaos.js';
import { runChaos } from '../../support/chaos/run-chaos.js';
import { runTool } from '../run-tool.js';

const help = `Three replicas on a Kafka and a MongoDB-protocol server take alerts in while replicas, broker and store are killed,
frozen and restarted; then what is in the store is held against what was sent, and against an undisturbed fold of the log.

Usage: npm run soak:distributed -- [options]

  --alerts N     faults go on until so many alerts are acknowledged (default 200000)
  --seed N       another seed brings other faults (default: of the clock; it is printed)
  --clients N    HTTP clients, with 50 alerts a request (default 3)
  --help

Exit code: 0 everything is as it must be, 1 something is not, 2 wrong usage, 3 it could not run.

Examples:
  npm run soak:distributed
  npm run soak:distributed -- --alerts 20000 --seed 42
`;

interface Options {
  readonly alerts: number;
  readonly seed: number;
  readonly clients: number;
}

// A run that broke off may have left connections open.
process.exit(await runTool({ help, readOptions, run }, process.argv.slice(2)));

async function run(options: Options): Promise<number> {
  const world = await startChaosWorld();
  try {
    return await soak(world, options);
  } catch (error) {
    process.stdout.write(`FAILED: ${(error as Error).stack ?? String(error)}\n`);
    return 1;
  } finally {
    await world.stop();
  }
}

async function soak(world: ChaosWorld, options: Options): Promise<number> {
  const startedAt = Date.now();
  const show = (line: string): void => {
    const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  show(`seed ${options.seed}`);
  const { state, ledger, faults } = await runChaos(world, {
    ...options,
    ...{ batch: 50, pauseMs: 20, faultPauseMs: [2_000, 6_000], mostBehind: 10_000,
    drainMs: 1_800_000, show },
  });
  const checks: readonly (readonly [string, () => unknown])[] = [
    ['alerts and their counts', () => { checkCounts(ledger, state); }],
    ['incidents', () => { checkGroups(state); }],
    ['notifications, and how many came twice', () => checkTold(state, world.receiver.received)],
    ['the same as a fold of the log', () => expectChaosRefoldEquals(world)],
  ];
  let failed = 0;
  for (const [what, check] of checks) {
    try {
      const found = await check();
      show(`ok: ${what}${typeof found === 'number' ? `: ${found}` : ''}`);
    } catch (error) {
      failed += 1;
      show(`FAILED: ${what}: ${(error as Error).message}`);
    }
  }
  show(
    `${ledger.acknowledged} alerts, ${state.incidents.size} incidents, ${world.receiver.received.length} notifications, ${faults} faults`,
  );
  return failed === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      alerts: { type: 'string', default: '200000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      clients: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    alerts: readWhole('--alerts', values.alerts, 1),
    seed: readWhole('--seed', values.seed, 0),
    clients: readWhole('--clients', values.clients, 1),
  };
}

function readWhole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option} takes a whole number from ${least} on, not "${text}".`);
}
