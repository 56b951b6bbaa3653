import type { Matcher, Test } from '../alert/matcher.js';
import {
  boundNames,
  caseFolding,
  compileEquals,
  compileIn,
  compileRange,
  testCompilers,
} from './compile-test.js';
import { joinPointer } from './json-pointer.js';
import { isMap, isScalar, type Compilation, type Spot } from './matcher-context.js';
import { describe, report } from './matcher-problem.js';
import { nearestName } from './nearest-name.js';
import type { Target } from './operation.js';

/** What stands in for a test that could not be compiled. */
const never: Matcher = { kind: 'any', of: [] };

/** Operators of a map that are no tests of their own. */
const modifiers = ['not', 'notIn', 'exists', 'ignoreCase', 'orMissing'] as const;
const operatorNames: readonly string[] = [...testCompilers.keys(), ...boundNames, ...modifiers];

/** Compiles what stands beside a field: a value, a list of values, or a map of operators that must all hold. */
export function compileField(target: Target, spot: Spot, compilation: Compilation): Matcher {
  if (isMap(spot.raw)) return compileOperators(target, { ...spot, raw: spot.raw }, compilation);
  const tests = compilePlain(target, spot, compilation);
  return tests === null ? never : allOf(tests.map((test) => predicate(target, test, {})));
}

interface MapSpot extends Spot {
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A verdict on a present value may be turned round; a missing one is false unless the rule says otherwise. */
interface Verdict {
  readonly negate?: boolean;
  readonly whenMissing?: boolean;
}

function predicate(target: Target, test: Test, verdict: Verdict): Matcher {
  const { negate = false, whenMissing = false } = verdict;
  return { kind: 'predicate', field: target.field, test, negate, whenMissing };
}

function allOf(parts: readonly Matcher[]): Matcher {
  const [only, second] = parts;
  return only !== undefined && second === undefined ? only : { kind: 'all', of: parts };
}

/** A single value or a list of them. */
function compilePlain(target: Target, spot: Spot, compilation: Compilation): readonly Test[] | null {
  const operation = { ...target, ...spot, ignoreCase: false };
  if (isScalar(spot.raw)) return asList(compileEquals(operation, compilation));
  if (Array.isArray(spot.raw)) return asList(compileIn(operation, compilation));
  report(compilation, {
    pointer: spot.pointer,
    code: 'type-mismatch',
    message: `${describe(spot.raw)} stands where a value is expected`,
    hint: 'write a value, a list of values or a test; for a field that must be missing write {exists: false}',
  });
  return null;
}

function asList(test: Test | null): readonly Test[] | null {
  return test === null ? null : [test];
}

function compileOperators(target: Target, spot: MapSpot, compilation: Compilation): Matcher {
  if (!operatorsAreSound(spot, compilation)) return never;
  const { raw, pointer } = spot;
  if (raw['exists'] !== undefined) return compileExists(target, spot, compilation);
  const whenMissing = raw['orMissing'] === true;
  const parts: Matcher[] = [];
  const tests = compileTests(target, spot, compilation);
  if (tests === null) return never;
  for (const test of tests) parts.push(predicate(target, test, { whenMissing }));
  for (const name of ['not', 'notIn'] as const) {
    if (raw[name] === undefined) continue;
    const inner = { raw: raw[name], pointer: joinPointer(pointer, name) };
    const denied =
      name === 'not'
        ? compileDenied(target, inner, compilation)
        : asList(compileIn({ ...target, ...inner, ignoreCase: false }, compilation));
    if (denied === null) return never;
    const negated = denied.map((test) => predicate(target, test, { negate: true, whenMissing }));
    const [only, second] = negated;
    parts.push(only !== undefined && second === undefined ? only : { kind: 'any', of: negated });
  }
  return allOf(parts);
}

/** All tests of a map that a present value must pass; `not`, `exists` and the modifiers are left to the caller. */
function compileTests(target: Target, spot: MapSpot, compilation: Compilation): readonly Test[] | null {
  const tests: Test[] = [];
  let sound = true;
  const bounds = new Map<(typeof boundNames)[number], Spot>();
  for (const name of boundNames) {
    if (spot.raw[name] !== undefined)
      bounds.set(name, { raw: spot.raw[name], pointer: joinPointer(spot.pointer, name) });
  }
  if (bounds.size > 0) {
    const range = compileRange(target, bounds, compilation);
    if (range === null) sound = false;
    else tests.push(range);
  }
  for (const [name, compile] of testCompilers) {
    if (spot.raw[name] === undefined) continue;
    const ignoreCase = caseFolding.has(name) && spot.raw['ignoreCase'] === true;
    const operation = {
      ...target,
      raw: spot.raw[name],
      pointer: joinPointer(spot.pointer, name),
      ignoreCase,
    };
    const test = compile(operation, compilation);
    if (test === null) sound = false;
    else tests.push(test);
  }
  return sound ? tests : null;
}

/** What stands under `not`: a value, a list, or tests that must not all hold. */
function compileDenied(target: Target, spot: Spot, compilation: Compilation): readonly Test[] | null {
  if (!isMap(spot.raw)) return compilePlain(target, spot, compilation);
  const inner = { ...spot, raw: spot.raw };
  if (!operatorsAreSound(inner, compilation)) return null;
  for (const name of ['not', 'notIn', 'exists', 'orMissing'] as const) {
    if (spot.raw[name] === undefined) continue;
    report(compilation, {
      pointer: joinPointer(spot.pointer, name),
      part: 'key',
      code: 'type-mismatch',
      message: `${name} cannot stand under not`,
      hint: adviceUnderNot[name],
    });
    return null;
  }
  return compileTests(target, inner, compilation);
}

const adviceUnderNot = {
  not: 'leave both out, they cancel each other',
  notIn: 'write {in: [...]} without the not',
  exists: 'write {exists: false} or {exists: true} without the not',
  orMissing: 'move it up, beside not',
} as const;

function compileExists(target: Target, spot: MapSpot, compilation: Compilation): Matcher {
  const wanted = spot.raw['exists'];
  const others = Object.keys(spot.raw).filter((name) => name !== 'exists');
  const [other] = others;
  if (other !== undefined) {
    report(compilation, {
      pointer: joinPointer(spot.pointer, other),
      part: 'key',
      code: 'type-mismatch',
      message: `${other} cannot stand beside exists`,
      hint: 'leave exists out: other tests already ask for a present field, and orMissing: true lets a missing one pass',
    });
    return never;
  }
  return predicate(target, { op: 'exists' }, { negate: wanted !== true, whenMissing: wanted !== true });
}

/** Looks at the keys of an operator map before their values: unknown ones, none at all, modifiers that modify nothing. */
function operatorsAreSound(spot: MapSpot, compilation: Compilation): boolean {
  const before = compilation.problems.length;
  const names = Object.keys(spot.raw);
  for (const name of names) {
    const pointer = joinPointer(spot.pointer, name);
    if (!operatorNames.includes(name)) reportOperator(name, pointer, compilation);
    const isFlag = name === 'exists' || name === 'ignoreCase' || name === 'orMissing';
    if (isFlag && typeof spot.raw[name] !== 'boolean') {
      const message = `${name} is ${describe(spot.raw[name])}`;
      report(compilation, { pointer, code: 'type-mismatch', message, hint: 'write true or false' });
    }
  }
  if (names.every((name) => name === 'ignoreCase' || name === 'orMissing')) {
    report(compilation, {
      pointer: spot.pointer,
      code: 'always-true',
      message: 'the map holds no test',
      hint: `write one of ${operatorNames.join(', ')}`,
    });
  }
  if (spot.raw['ignoreCase'] !== undefined && !names.some((name) => caseFolding.has(name))) {
    report(compilation, {
      pointer: joinPointer(spot.pointer, 'ignoreCase'),
      part: 'key',
      code: 'type-mismatch',
      message: 'ignoreCase goes with prefix, suffix, contains and glob only',
      hint: 'write the whole value as a glob, or begin a regex with (?i)',
    });
  }
  return compilation.problems.length === before;
}

function reportOperator(name: string, pointer: string, compilation: Compilation): void {
  const nearest = nearestName(name, operatorNames);
  report(compilation, {
    pointer,
    part: 'key',
    code: 'unknown-key',
    message: `there is no test called "${name}"`,
    hint: nearest === null ? `the tests are ${operatorNames.join(', ')}` : `did you mean "${nearest}"?`,
  });
}
