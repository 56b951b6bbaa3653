import type { Matcher } from '../alert/matcher.js';
import { compileField } from './compile-field.js';
import { compileLabelMatcher } from './compile-label-matcher.js';
import { joinPointer } from './json-pointer.js';
import { isMap, type Compilation, type MatcherContext, type Spot } from './matcher-context.js';
import { describe, report, unknownReference, type MatcherProblem } from './matcher-problem.js';
import { resolveField } from './resolve-field.js';
import { always } from './schedule.js';

export type { FieldType, MatcherContext } from './matcher-context.js';
export type { MatcherProblem } from './matcher-problem.js';

export interface CompiledMatcher {
  /** Where there are errors, the faulty parts match nothing. */
  readonly matcher: Matcher;
  readonly problems: readonly MatcherProblem[];
}

/** How deep `all`, `any`, `not` and lists may stand in each other. */
const maxDepth = 4;
const everything: Matcher = { kind: 'all', of: [] };
const nothing: Matcher = { kind: 'any', of: [] };

/** Compiles a raw matcher of a bundle (rules.md §2.3). `undefined`, a matcher that was left out, matches everything. */
export function compileMatcher(raw: unknown, context: MatcherContext): CompiledMatcher {
  const compilation: Compilation = { context, problems: [] };
  if (raw === undefined) return { matcher: everything, problems: [] };
  const matcher = compileNode({ raw, pointer: '' }, 0, compilation);
  const width = countConjunctions(matcher, false);
  if (width > context.conjunctions) {
    report(compilation, {
      pointer: '',
      code: 'matcher-too-wide',
      message: `the matcher stands for ${width} combinations of tests, at most ${context.conjunctions} are allowed`,
      hint: 'list values with in instead of any, or write several rules',
    });
  }
  return { matcher, problems: compilation.problems };
}

function compileNode(spot: Spot, depth: number, compilation: Compilation): Matcher {
  if (depth > maxDepth) {
    report(compilation, {
      pointer: spot.pointer,
      code: 'nesting-too-deep',
      message: `the matcher is nested more than ${maxDepth} levels deep`,
      hint: 'name an inner part under matchers in the vocabulary and refer to it with use',
    });
    return nothing;
  }
  if (Array.isArray(spot.raw)) return compileList({ ...spot, raw: spot.raw }, depth, compilation);
  if (isMap(spot.raw)) return compileMap({ ...spot, raw: spot.raw }, depth, compilation);
  report(compilation, {
    pointer: spot.pointer,
    code: 'type-mismatch',
    message: `${describe(spot.raw)} is no matcher`,
    hint: 'write a map such as {env: prod}, or a list of Prometheus matchers such as [\'env="prod"\']',
  });
  return nothing;
}

/** Strings are Prometheus matchers, everything else matchers of their own; all must hold. */
function compileList(
  spot: Spot & { readonly raw: readonly unknown[] },
  depth: number,
  compilation: Compilation,
): Matcher {
  const parts: Matcher[] = [];
  for (const [index, item] of spot.raw.entries()) {
    const inner = { raw: item, pointer: joinPointer(spot.pointer, index) };
    if (typeof item === 'string') parts.push(...compileLabelMatcher(item, inner.pointer, compilation));
    else parts.push(compileNode(inner, depth + 1, compilation));
  }
  if (spot.raw.length === 0) reportAlwaysTrue(spot.pointer, compilation);
  return allOf(parts);
}

function compileMap(
  spot: Spot & { readonly raw: Readonly<Record<string, unknown>> },
  depth: number,
  compilation: Compilation,
): Matcher {
  const parts: Matcher[] = [];
  for (const [key, raw] of Object.entries(spot.raw)) {
    const inner = { raw, pointer: joinPointer(spot.pointer, key) };
    parts.push(compileMember({ ...inner, key }, depth, compilation));
  }
  if (parts.length === 0) reportAlwaysTrue(spot.pointer, compilation);
  return allOf(parts);
}

interface Member extends Spot {
  readonly key: string;
}

function compileMember(member: Member, depth: number, compilation: Compilation): Matcher {
  switch (member.key) {
    case 'all':
    case 'any':
      return compileBranches({ ...member, key: member.key }, depth, compilation);
    case 'not':
      return { kind: 'not', of: compileNode(member, depth + 1, compilation) };
    case 'use':
      return compileUse(member, compilation);
    case 'during':
    case 'notDuring':
      return compileDuring(member, compilation);
    case 'expr':
      report(compilation, {
        pointer: member.pointer,
        part: 'key',
        code: 'unknown-key',
        message: 'expr is not available: matchers are data, so that they can be indexed and explained',
        hint: 'write tests of fields, joined with all, any and not',
      });
      return nothing;
    default:
      return compileTestOfField(member, compilation);
  }
}

function compileBranches(
  member: Member & { readonly key: 'all' | 'any' },
  depth: number,
  compilation: Compilation,
): Matcher {
  const { raw, pointer, key } = member;
  if (!Array.isArray(raw)) {
    const hint = `write ${key}: [{...}, {...}]`;
    report(compilation, { pointer, code: 'type-mismatch', message: `${key} takes a list of matchers`, hint });
    return nothing;
  }
  if (raw.length === 0) {
    if (key === 'all') reportAlwaysTrue(pointer, compilation);
    else {
      const message = 'any of nothing is never true';
      report(compilation, { pointer, code: 'never-true', message, hint: 'list matchers, or leave any out' });
    }
  }
  const of = (raw as readonly unknown[]).map((item, index) =>
    compileNode({ raw: item, pointer: joinPointer(pointer, index) }, depth + 1, compilation),
  );
  return { kind: key, of };
}

function compileUse(member: Member, compilation: Compilation): Matcher {
  const { named } = compilation.context;
  const found = typeof member.raw === 'string' ? named.get(member.raw) : undefined;
  if (found !== undefined) return found;
  unknownReference('matcher', member, { known: named.keys(), problems: compilation.problems });
  return nothing;
}

function compileDuring(member: Member, compilation: Compilation): Matcher {
  const { schedules } = compilation.context;
  const builtIn = member.raw === always.id ? always : undefined;
  const schedule = typeof member.raw === 'string' ? (schedules.get(member.raw) ?? builtIn) : undefined;
  if (schedule !== undefined) return { kind: 'during', schedule, negate: member.key === 'notDuring' };
  const known = [...schedules.keys(), always.id];
  unknownReference('schedule', member, { known, problems: compilation.problems });
  return nothing;
}

function compileTestOfField(member: Member, compilation: Compilation): Matcher {
  const resolved = resolveField(member.key, compilation.context);
  if (resolved.ok) return compileField(resolved, member, compilation);
  const { message, hint } = resolved;
  report(compilation, { pointer: member.pointer, part: 'key', code: 'unknown-field', message, hint });
  return nothing;
}

function allOf(parts: readonly Matcher[]): Matcher {
  const [only, second] = parts;
  return only !== undefined && second === undefined ? only : { kind: 'all', of: parts };
}

function reportAlwaysTrue(pointer: string, compilation: Compilation): void {
  report(compilation, {
    pointer,
    code: 'always-true',
    level: 'warning',
    message: 'an empty matcher matches everything',
    hint: 'write a test, or leave the empty matcher out if everything is meant',
  });
}

/** How many conjunctions the matcher is as one "any of" of "all of"s: what the index will hold for it. */
function countConjunctions(matcher: Matcher, negated: boolean): number {
  switch (matcher.kind) {
    case 'predicate':
    case 'during':
      return 1;
    case 'not':
      return countConjunctions(matcher.of, !negated);
    case 'all':
    case 'any': {
      const counts = matcher.of.map((part) => countConjunctions(part, negated));
      const multiplies = (matcher.kind === 'all') !== negated;
      return counts.reduce(
        (total, count) => (multiplies ? total * count : total + count),
        multiplies ? 1 : 0,
      );
    }
  }
}
