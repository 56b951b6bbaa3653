import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import type { FieldType, MatcherContext } from '../../../src/domain/rules/matcher-context.js';
import type { RuleSet, TriageRule } from '../../../src/domain/rules/rule-set.js';
import { describeAlert } from '../../../src/domain/triage/describe-alert.js';
import { ref, sampleRules } from '../../support/sample-rules.js';
import type { BenchCase } from './bench-case.js';
import { benchLabels } from './bench-labels.js';
import type { BenchRule, Condition } from './make-rules.js';
import type { Subject } from './subject.js';

/** When all alerts come. */
const at = Date.UTC(2026, 10, 23, 10);

/** Rules that all that match are applied of, as the engine describes an alert, without its memory of former ones. */
export function linearSubject(rules: readonly BenchRule[], bench: BenchCase): Subject {
  const ruleSet = compileRules(rules, bench);
  return { name: 'linear', match: (alert: IncomingAlert) => describeAlert(alert, ruleSet, at).hits };
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
