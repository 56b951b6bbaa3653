import { matches } from '../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import type { FieldType, MatcherContext } from '../../../src/domain/rules/matcher-context.js';
import type { RuleSet, TriageRule } from '../../../src/domain/rules/rule-set.js';
import { indexRuleSet } from '../../../src/domain/rules/match-index/rule-indexes.js';
import { runSteps } from '../../../src/domain/rules/run-steps.js';
import { alertSubject } from '../../../src/domain/triage/alert-subject.js';
import { createDescriber } from '../../../src/domain/triage/describer.js';
import { describeAlert } from '../../../src/domain/triage/describe-alert.js';
import { walkRules } from '../../../src/domain/triage/walk-rules.js';
import { ref, sampleRules } from '../../support/sample-rules.js';
import type { BenchCase } from './bench-case.js';
import { benchLabels } from './bench-labels.js';
import type { BenchRule, Condition } from './make-rules.js';
import type { Subject } from './subject.js';

/** When all alerts come. */
const at = Date.UTC(2026, 10, 23, 10);

/** The rules tried one by one: the plain evaluator, which says what is right. */
export function linearSubject(rules: readonly BenchRule[], bench: BenchCase): Subject {
  return setSubject('linear', compileRules(rules, bench));
}

/** The rules looked up. */
export function indexedSubject(rules: readonly BenchRule[], bench: BenchCase): Subject {
  return setSubject('indexed', withIndexes(compileRules(rules, bench)));
}

/** As a stage of triage matches a set. */
function setSubject(name: 'linear' | 'indexed', { adjust, indexes }: RuleSet): Subject {
  return {
    name,
    match(alert) {
      const { source, title, severity, labels, annotations, values = null } = alert;
      const status = 'firing';
      const readable = { source, status, title, severity, labels, annotations, values, raw: null, env: null };
      const subject = alertSubject(readable, null);
      const walk = walkRules(adjust, indexes.adjust);
      const found: string[] = [];
      for (let rule = walk.next(subject); rule !== null; rule = walk.next(subject)) {
        if (matches(rule.match, subject, at)) found.push(rule.ref.id);
      }
      return found;
    },
  };
}

/** All stages that describe an alert, the rules looked up. */
export function describedSubject(rules: readonly BenchRule[], bench: BenchCase): Subject {
  const ruleSet = withIndexes(compileRules(rules, bench));
  return { name: 'described', match: (alert) => describeAlert(alert, ruleSet, at).hits };
}

/** The same by the engine's memory: what gave the same answers before is not judged again. */
export function rememberedSubject(rules: readonly BenchRule[], bench: BenchCase): Subject {
  const ruleSet = withIndexes(compileRules(rules, bench));
  const describer = createDescriber();
  return { name: 'remembered', match: (alert) => describer.describe(alert, ruleSet, at).hits };
}

function withIndexes(rules: RuleSet): RuleSet {
  return { ...rules, indexes: runSteps(indexRuleSet(rules)) };
}

/** The rules in the stage adjust of a bundle that has no others. */
export function compileRules(rules: readonly BenchRule[], bench: BenchCase): RuleSet {
  const context = contextOf(bench);
  const adjust = rules.map(({ id, conditions }): TriageRule => {
    const { matcher, problems } = compileMatcher(writeMatch(conditions), context);
    const error = problems.find(({ level }) => level !== 'warning');
    if (error !== undefined) throw new Error(`The rule ${id} does not compile: ${error.message}`);
    return { ref: ref(id), title: id, match: matcher, then: { urgency: 'low' } };
  });
  return sampleRules({ normalize: [], bindings: [], classify: [], adjust });
}

/** The conditions as a bundle has them: a list of matchers, all of which must hold. */
export function writeMatch(conditions: readonly Condition[]): readonly object[] {
  return conditions.map(({ field, op, values }) => {
    const key = field === 'load' ? 'values.load' : field === 'env' ? 'labels.env' : `labels.${field}`;
    if (op === 'equals') return { [key]: values[0] };
    return { [key]: op === 'in' ? values : { [op]: op === 'words' ? values : values[0] } };
  });
}

/** The vocabulary that such rules need. */
export function fieldsOf(bench: BenchCase): ReadonlyMap<string, FieldType> {
  const labels = benchLabels(bench).map(({ name }): [string, FieldType] => [
    `labels.${name}`,
    { type: 'string' },
  ]);
  return new Map<string, FieldType>([...labels, ['values.load', { type: 'number' }]]);
}

function contextOf(bench: BenchCase): MatcherContext {
  return {
    ...{ fields: fieldsOf(bench), lists: new Map(), named: new Map(), schedules: new Map() },
    ...{ incidentFields: false, regexLength: 256, conjunctions: 64 },
  };
}
