import { join } from 'node:path';
import { presentSummary, type PresentedSummary } from '../../../src/adapters/http/present-summary.js';
import { openDataDirectory } from '../../../src/adapters/sqlite/data-directory.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import type { Store } from '../../../src/app/ports.js';
import { readQuestion } from '../../../src/app/report-question.js';
import { createSummarizeIncidents } from '../../../src/app/summarize-incidents.js';
import type { LogRecord } from '../../../src/domain/alert/entry.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';

const commitEvery = 60_000;

/** Folds a log with the real engine into a real store, and asks for the report of all of it. */
export async function reportOfLog(
  log: readonly LogRecord[],
  ruleSets: readonly RuleSet[],
): Promise<PresentedSummary> {
  const work = await makeTempDir('servicenow');
  const directory = join(work.path, 'data');
  const held = await openDataDirectory({ directory });
  const store = await openSqliteStore({ directory });
  try {
    await fold(log, ruleSets, store);
    const asked = readQuestion(
      { since: '2016-01-01', until: '2018-01-01', top: '100' },
      { now: 0, timezone: 'UTC' },
    );
    if (!asked.ok) throw new Error(JSON.stringify(asked.problems));
    return presentSummary(await createSummarizeIncidents({ views: store })(asked.question));
  } finally {
    await store.close();
    await held.release();
    await work.remove();
  }
}

async function fold(log: readonly LogRecord[], ruleSets: readonly RuleSet[], store: Store): Promise<void> {
  const sets = new Map(ruleSets.map((set) => [set.hash, set]));
  const image = await store.open(0);
  const engine = createEngine({ shard: 0, image, ruleSet: (hash) => sets.get(hash)! });
  let number = image.commit;
  for (const [index, record] of log.entries()) {
    engine.apply(record);
    const isLast = index === log.length - 1;
    if (index % commitEvery !== 0 && !isLast) continue;
    const [fault] = engine.takeFaults();
    if (fault !== undefined) throw fault.error as Error;
    const changes = engine.cut();
    const refused = changes.outcomes.find(({ result }) => result === 'refused');
    if (refused !== undefined) throw new Error(`A command was refused: ${JSON.stringify(refused)}`);
    number += 1;
    await store.stage({ shard: 0, number, position: record.position, changes })();
  }
}
