import { Engine, Operator } from 'json-rules-engine';
import { createWordList, hasWord } from '../../../src/domain/alert/word-list.js';
import type { BenchRule, Condition } from './make-rules.js';
import type { Subject } from './subject.js';

/** json-rules-engine 7, an event for each rule. What it has no operator for is a function of ours. */
export function jsonRulesEngineSubject(rules: readonly BenchRule[]): Subject {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const isText = (value: string): boolean => typeof value === 'string';
  for (const [name, holds] of Object.entries(textOperators)) {
    engine.addOperator(new Operator<string, never>(name, holds, isText));
  }
  for (const { id, conditions } of rules) {
    engine.addRule({ name: id, event: { type: id }, conditions: { all: conditions.map(asCondition) } });
  }
  return {
    name: 'json-rules-engine',
    async match({ labels, values }) {
      const { events } = await engine.run({ ...labels, ...values });
      return events.map(({ type }) => type);
    },
  };
}

const textOperators: Readonly<Record<string, (text: string, argument: never) => boolean>> = {
  prefix: (text, prefix: string) => text.startsWith(prefix),
  regex: (text, pattern: RegExp) => pattern.test(text),
  words: (text, list: ReturnType<typeof createWordList>) => hasWord(list, text),
};

function asCondition({ field, op, values }: Condition): { fact: string; operator: string; value: unknown } {
  const [first] = values;
  const fact = field;
  switch (op) {
    case 'equals':
      return { fact, operator: 'equal', value: first };
    case 'in':
      return { fact, operator: 'in', value: values };
    case 'gte':
      return { fact, operator: 'greaterThanInclusive', value: first };
    case 'prefix':
      return { fact, operator: 'prefix', value: first };
    case 'regex':
      return { fact, operator: 'regex', value: wholeText(first) };
    case 'words':
      return { fact, operator: 'words', value: createWordList(values.map(String)) };
  }
}

/** Patterns of the benchmark mean the same to RE2 and to JavaScript. */
export function wholeText(source: unknown): RegExp {
  return RegExp(`^(?:${String(source)})$`);
}
