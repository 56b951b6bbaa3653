import type { LogRecord } from '../../src/domain/alert/entry.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { createEngine } from '../../src/domain/triage/engine.js';
import { emptyLedger, imageOf, writeCut, type Ledger } from './engine-world.js';
import { ruleSet } from './rules-of-histories.js';

/**
 * Folds the log; `cutAfter` says after which records a commit is cut, `reload` whether a new owner takes over there. `by` are
 * other rules than those that histories switch between.
 */
export function foldLog(
  log: readonly LogRecord[],
  options: { cutAfter: (index: number) => boolean; reload?: boolean; by?: (hash: string) => RuleSet },
): Ledger {
  const ledger = emptyLedger();
  const rules = options.by ?? ruleSet;
  let engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet: rules });
  for (const [index, record] of log.entries()) {
    engine.apply(record);
    const [fault] = engine.takeFaults();
    if (fault !== undefined) throw fault.error as Error;
    if (!options.cutAfter(index) && index !== log.length - 1) continue;
    writeCut(ledger, engine.cut());
    if (options.reload === true)
      engine = createEngine({ shard: 0, image: imageOf(ledger, record.position), ruleSet: rules });
  }
  return ledger;
}

/** All that a store holds, to compare two of them. */
export function documents(ledger: Ledger): unknown {
  const sorted = (map: Map<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    shard: ledger.shard,
    alerts: sorted(ledger.alerts),
    incidents: sorted(ledger.incidents),
    silences: sorted(ledger.silences),
    outcomes: sorted(ledger.outcomes),
    deadLetters: sorted(ledger.deadLetters),
    outbox: sorted(ledger.outbox),
    former: sorted(ledger.former),
    timeline: ledger.timeline,
    tallies: sorted(ledger.tallies),
    forgotten: [...ledger.forgotten].sort(),
  };
}
