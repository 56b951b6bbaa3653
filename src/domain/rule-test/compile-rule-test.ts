import type { BundleDocument, Issue } from '../rules/bundle.js';
import { createSpot } from '../rules/bundle-spot.js';
import { compileTime, compileZone } from '../rules/compile-time.js';
import { compileDuration } from '../rules/compile-value.js';
import { joinPointer } from '../rules/json-pointer.js';
import type { RuleSet } from '../rules/rule-set.js';
import { checkNames, knownNames, type KnownNames } from './check-names.js';
import { compileAlert } from './compile-alerts.js';
import { compileCommand, compileSilence } from './compile-commands.js';
import type { Filter, RawExpectation, RawPart, RawRuleTest, RawScenario } from './raw-rule-test.js';
import { restrictRules } from './restrict-rules.js';
import {
  subjects,
  type Action,
  type ExpectAction,
  type Placed,
  type Scenario,
  type Subject,
} from './scenario.js';

const orderOf: Readonly<Record<Action['kind'], number>> = { alert: 0, silence: 1, command: 2, expect: 3 };

/** The tests of a document that its schema let through. With issues of level error they can't be run. */
export function compileRuleTest(
  document: BundleDocument,
  rules: RuleSet,
): { readonly scenarios: readonly Scenario[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const raw = document.body as RawRuleTest;
  const spot = createSpot(document, issues);
  const offset = compileZone(spot.at('timezone'), raw.timezone ?? rules.defaults.timezone);
  const start = compileTime(spot.at('start'), raw.start, offset) ?? 0;
  const names = knownNames(rules);
  const restricted = restrictRules(rules, raw.with ?? {}, spot.at('with'));
  const scenarios = raw.tests.map((one, i): Scenario => {
    const pointer = joinPointer('/tests', i);
    const own =
      one.start === undefined
        ? start
        : (compileTime(createSpot(document, issues, joinPointer(pointer, 'start')), one.start, offset) ?? 0);
    return {
      name: one.name,
      title: raw.title ?? null,
      place: document.place(joinPointer(pointer, 'name')),
      start: own,
      strict: one.strict ?? raw.strict ?? true,
      rules: restricted,
      actions: compileActions(one, {
        ...{ document, issues, pointer, start: own, names },
        templates: raw.templates ?? {},
      }),
    };
  });
  return { scenarios, issues };
}

interface Context {
  readonly document: BundleDocument;
  readonly issues: Issue[];
  readonly pointer: string;
  readonly start: number;
  /** What expectations can name. */
  readonly names: KnownNames;
  readonly templates: NonNullable<RawRuleTest['templates']>;
}

function compileActions(raw: RawScenario, context: Context): readonly Action[] {
  const { document, issues, pointer, start } = context;
  const sourceOf = <T>(key: keyof RawScenario, member: T, i: number) => {
    const own = joinPointer(pointer, key, i);
    return { raw: member, spot: createSpot(document, issues, own), document, pointer: own };
  };
  const actions: Action[] = [
    ...(raw.alerts ?? []).flatMap((one, i) => compileAlert(sourceOf('alerts', one, i), context)),
    ...(raw.silences ?? []).map((one, i) => compileSilence(sourceOf('silences', one, i), start)),
    ...(raw.commands ?? []).map((one, i) => compileCommand(sourceOf('commands', one, i), start)),
    ...raw.expect.map((one, i) =>
      compileExpectation(one, { ...context, pointer: joinPointer(pointer, 'expect', i) }),
    ),
  ];
  return actions.sort((a, b) => a.at - b.at || orderOf[a.kind] - orderOf[b.kind]);
}

function compileExpectation(raw: RawExpectation, context: Context): ExpectAction {
  const { document, issues, pointer, start, names } = context;
  const at = start + compileDuration(createSpot(document, issues, joinPointer(pointer, 'at')), raw.at);
  const of = subjects.flatMap((subject) => {
    const part = raw[subject];
    if (part === undefined) return [];
    const own = joinPointer(pointer, subject);
    checkNames(part, createSpot(document, issues, own), names[subject]);
    return [compilePart(subject, part, { document, pointer: own })];
  });
  return { kind: 'expect', at, when: raw.at, of };
}

function compilePart(
  subject: Subject,
  raw: RawPart | readonly Filter[],
  { document, pointer }: Pick<Context, 'document' | 'pointer'>,
): ExpectAction['of'][number] {
  const isList = Array.isArray(raw);
  const part: RawPart = isList ? { has: raw as readonly Filter[] } : (raw as RawPart);
  const placed = <T>(wanted: T, ...path: readonly (string | number)[]): Placed<T> => ({
    wanted,
    place: document.place(joinPointer(pointer, ...path)),
  });
  return {
    subject,
    count: part.count === undefined ? null : placed(part.count, 'count'),
    has: (part.has ?? []).map((one, i) => placed(one, ...(isList ? [i] : ['has', i]))),
    none: (part.none ?? []).map((one, i) => placed(one, 'none', i)),
  };
}
