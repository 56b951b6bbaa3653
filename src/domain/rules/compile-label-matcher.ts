import { compileRegex } from '../alert/compile-regex.js';
import { parseLabelMatcher, parseLabelMatchers, type LabelMatcher } from '../alert/label-matcher.js';
import type { Matcher, Test } from '../alert/matcher.js';
import { testHolds } from '../alert/matches.js';
import { takePattern, warnOfAnchors } from './compile-pattern.js';
import { alertFieldNames, incidentFieldNames } from './field.js';
import type { Compilation } from './matcher-context.js';
import { report } from './matcher-problem.js';
import { nearestName } from './nearest-name.js';
import { resolveField } from './resolve-field.js';

/**
 * Compiles one string of Prometheus matchers (`job=~"web|api"`, or several with commas, in braces or not) with their meaning of a
 * missing label: the empty string. Such strings are carried over from other tools, so what the vocabulary does not know is a warning.
 */
export function compileLabelMatcher(
  text: string,
  pointer: string,
  compilation: Compilation,
): readonly Matcher[] {
  const parsed = parse(text);
  if (!parsed.ok) {
    report(compilation, {
      pointer,
      code: 'type-mismatch',
      message: parsed.error,
      hint: 'strings in a list are Prometheus matchers such as service="checkout" or env=~"prod|stage"',
    });
    return [{ kind: 'any', of: [] }];
  }
  return parsed.matchers.map((matcher) => compileOne(matcher, pointer, compilation));
}

/** One matcher or several. Of what is neither, the error is that of one: a comma in its value is the rarer slip. */
function parse(text: string): ReturnType<typeof parseLabelMatchers> {
  if (text.trim().startsWith('{')) return parseLabelMatchers(text);
  const one = parseLabelMatcher(text);
  if (one.ok) return { ok: true, matchers: [one.matcher] };
  const several = parseLabelMatchers(text);
  return several.ok && several.matchers.length > 0 ? several : one;
}

function compileOne(matcher: LabelMatcher, pointer: string, compilation: Compilation): Matcher {
  const test = compileTest(matcher, pointer, compilation);
  if (test === null) return { kind: 'any', of: [] };
  compareWithVocabulary(matcher, test, { pointer, compilation });
  const negate = !matcher.isEqual;
  return {
    kind: 'predicate',
    field: { kind: 'label', name: matcher.name },
    test,
    negate,
    whenMissing: testHolds(test, '') !== negate,
    missingAsEmpty: true,
  };
}

function compileTest(matcher: LabelMatcher, pointer: string, compilation: Compilation): Test | null {
  if (!matcher.isRegex) return { op: 'equals', value: matcher.value };
  const compiled = compileRegex(matcher.value, compilation.context.regexLength);
  const pattern = takePattern(compiled, pointer, compilation);
  if (pattern === null) return null;
  warnOfAnchors(matcher.value, pointer, compilation);
  return { op: 'regex', source: matcher.value, pattern };
}

/** Warns of a label that the vocabulary does not name, and of a test that none of its values passes, nor a missing label. */
function compareWithVocabulary(
  { name, value }: LabelMatcher,
  test: Test,
  { pointer, compilation }: { readonly pointer: string; readonly compilation: Compilation },
): void {
  // Of these the label holds the source's own word, whatever the field is mapped to.
  if (alertFieldNames.some((own) => own === name)) return;
  const { context } = compilation;
  if (incidentFieldNames.some((own) => own === name) && context.incidentFields) {
    const message = `a list of Prometheus matchers asks for labels, and ${name} is a field of the incident`;
    const hint = `write { ${name}: … }, or add { ${name}: … } to the list`;
    report(compilation, { pointer, code: 'unknown-field', level: 'warning', message, hint });
    return;
  }
  const resolved = resolveField(`labels.${name}`, context);
  if (!resolved.ok) {
    const known = [...context.fields.keys()].map((key) => key.replace(/^labels\./, ''));
    const near = nearestName(name, [...known, ...alertFieldNames]);
    report(compilation, {
      pointer,
      code: 'unknown-field',
      level: 'warning',
      message: `the vocabulary has no label "${name}"`,
      hint: `${near === null ? '' : `did you mean "${near}"? Else `}declare labels.${name} under fields in bundle.yaml`,
    });
    return;
  }
  const values = (resolved.type?.type === 'enum' && resolved.type.values) || [];
  if (values.length === 0 || [...values, ''].some((one) => testHolds(test, one))) return;
  const nearest = nearestName(value, values);
  report(compilation, {
    pointer,
    code: 'type-mismatch',
    level: 'warning',
    message: `no value of the label "${name}" ${test.op === 'regex' ? 'matches' : 'is'} "${value}"`,
    hint: `${nearest === null ? '' : `did you mean "${nearest}"? `}the values are ${values.join(', ')}`,
  });
}
