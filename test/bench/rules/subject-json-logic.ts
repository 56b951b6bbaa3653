import { LogicEngine } from 'json-logic-engine';
import { createWordList, hasWord } from '../../../src/domain/alert/word-list.js';
import type { BenchRule, Condition } from './make-rules.js';
import type { Subject } from './subject.js';
import { wholeText } from './subject-json-rules-engine.js';

type Judge = (facts: Readonly<Record<string, unknown>>) => unknown;

/** json-logic-engine 5: one compiled function a rule, called in turn. What it has no operator for is a function of ours. */
export function jsonLogicSubject(rules: readonly BenchRule[]): Subject {
  const engine = new LogicEngine();
  const lists: ReturnType<typeof createWordList>[] = [];
  const patterns: RegExp[] = [];
  const add = (name: string, holds: (text: string, argument: never) => boolean): void => {
    const method = ([text, argument]: [string | null, never]): boolean =>
      text !== null && holds(text, argument);
    engine.addMethod(name, method, { deterministic: true });
  };
  add('prefix', (text, prefix: string) => text.startsWith(prefix));
  add('regex', (text, number: number) => patterns[number]?.test(text) === true);
  add('words', (text, number: number) => hasWord(lists[number] as (typeof lists)[number], text));
  const asLogic = ({ field, op, values }: Condition): object => {
    const read = { var: field };
    const [first] = values;
    switch (op) {
      case 'equals':
        return { '===': [read, first] };
      case 'in':
        return { in: [read, values] };
      case 'gte':
        return { '>=': [read, first] };
      case 'prefix':
        return { prefix: [read, first] };
      case 'regex':
        return { regex: [read, patterns.push(wholeText(first)) - 1] };
      case 'words':
        return { words: [read, lists.push(createWordList(values.map(String))) - 1] };
    }
  };
  const compiled = rules.map(({ id, conditions }) => ({
    id,
    holds: engine.build({ and: conditions.map(asLogic) }) as Judge,
  }));
  return {
    name: 'json-logic-engine',
    match({ labels, values }) {
      const facts = { ...labels, ...values };
      const matched: string[] = [];
      for (const { id, holds } of compiled) if (holds(facts) === true) matched.push(id);
      return matched;
    },
  };
}
