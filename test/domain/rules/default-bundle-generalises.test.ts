import { expect } from 'chai';
import { parse } from 'yaml';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createRuleLoader } from '../../../src/app/load-rules.js';
import { createWordList, hasWord } from '../../../src/domain/alert/word-list.js';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { incomingAlert, readDefinitions } from '../../support/default-bundle/alert-definitions.js';
import { judgeAlerts } from '../../support/default-bundle/judge-alerts.js';
import { inRepository } from '../../support/fixture-bundle.js';

interface WordLists {
  readonly lists: readonly { readonly id: string; readonly items: readonly (string | number)[] }[];
}

const file = 'words/2-trouble.yaml';
const folds = 10;

/** Names only: what the sender wrote beside them helps further. */
const definitions = readDefinitions().map(({ project, alert, severity = 'warning' }) => ({
  project,
  alert,
  severity,
}));
const makers = [...new Set(definitions.map(({ project }) => makerOf(project)))];

/** Whose alerts they are: exporters of one thing belong together. */
function makerOf(project: string): string {
  return project.split('/')[0] ?? project;
}

function foldOf(project: string): number {
  return makers.indexOf(makerOf(project)) % folds;
}

/** Folds in whose names a word stands. */
function foldsOf(word: string): ReadonlySet<number> {
  const list = createWordList([word]);
  const found = definitions.filter(({ alert }) => hasWord(list, alert));
  return new Set(found.map(({ project }) => foldOf(project)));
}

describe('the default bundle', () => {
  const reader = createBundleReader({ directory: inRepository('rules') });
  const load = createRuleLoader({ reader });
  let files: BundleFiles;

  before(async () => {
    files = await reader.read();
  });

  /** The bundle without the words of trouble that stand in names of the fold, and in no others. */
  function without(fold: number, users: ReadonlyMap<string, ReadonlySet<number>>): RuleSet {
    const words = parse(files.get(file) ?? '') as WordLists;
    const lists = words.lists.map(({ id, items }) => {
      const kept = items.filter((word) => {
        const used = users.get(String(word)) ?? new Set();
        return !(used.has(fold) && used.size === 1);
      });
      return { id, items: kept.length > 0 ? kept : ['nothing left'] };
    });
    const changed = new Map(files).set(file, JSON.stringify({ ...words, lists }));
    const { ruleSet, issues } = load(changed);
    if (ruleSet === null) throw new Error(JSON.stringify(issues, null, 2));
    return ruleSet;
  }

  it('knows nine of ten alerts of projects for whose words nobody has looked', function () {
    this.timeout(60_000);
    const words = parse(files.get(file) ?? '') as WordLists;
    const users = new Map(
      words.lists.flatMap(({ items }) => items).map((word) => [String(word), foldsOf(String(word))]),
    );
    const unknown: string[] = [];
    for (let fold = 0; fold < folds; fold += 1) {
      const heldOut = definitions.filter(({ project }) => foldOf(project) === fold);
      const judged = judgeAlerts(without(fold, users), heldOut.map(incomingAlert));
      for (const { alert } of judged) if (alert.category === 'unknown') unknown.push(alert.title);
    }
    expect(1 - unknown.length / definitions.length, unknown.join(' ')).to.be.at.least(0.9);
  });
});
