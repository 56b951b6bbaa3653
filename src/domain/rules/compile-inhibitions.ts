import type { Matcher } from '../alert/matcher.js';
import { entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileTimeless } from './compile-timeless.js';
import { compileDuration, compileFields } from './compile-value.js';
import { findExplainers } from './find-explainers.js';
import { hashShape, plainText } from './hash-shape.js';
import type { MatcherContext } from './matcher-context.js';
import { withinScope } from './compile-scope.js';
import type { InhibitionRule, Service } from './rule-set.js';
import type { Steps } from './run-steps.js';
import type { Reach } from './walk-services.js';

/** `via` is there to be read: other ways than by dependencies may come. */
interface RawTopology extends Partial<Reach> {
  readonly via: 'dependsOn';
  readonly rootMatch: unknown;
}

interface RawInhibition {
  readonly id: string;
  readonly title?: string;
  readonly status?: 'active' | 'disabled';
  readonly when?: unknown;
  readonly topology?: RawTopology;
  readonly mute: unknown;
  readonly equal?: readonly string[];
  readonly effect?: InhibitionRule['effect'];
  readonly holdAfterClear?: string;
}

/** Of a rule that is refused. */
const nothing: Matcher = { kind: 'any', of: [] };
const hour = 3_600_000;
/** The engine remembers an alert that has cleared for this long. */
const longestHoldAfterClearMs = 24 * hour;

interface InhibitionContext extends MatcherContext {
  readonly services: ReadonlyMap<string, Service>;
}

/** `kind: Inhibition`, in order of files and positions. */
export function* compileInhibitions(
  documents: readonly Entry<unknown>[],
  context: InhibitionContext,
): Steps<readonly InhibitionRule[]> {
  const entries = entriesOf<RawInhibition>(documents, 'rules');
  const compiled: { readonly rule: InhibitionRule; readonly entry: Entry<RawInhibition> }[] = [];
  for (const entry of entries) {
    yield;
    const rule = compileInhibition(entry, context);
    if (entry.raw.status !== 'disabled') compiled.push({ rule, entry });
  }
  checkPairs(compiled);
  return compiled.map(({ rule }) => rule);
}

/** Two rules with their sides exchanged would mute both alerts, and nobody would be told. */
function checkPairs(
  compiled: readonly { readonly rule: InhibitionRule; readonly entry: Entry<RawInhibition> }[],
): void {
  const bySides = new Map<string, InhibitionRule>();
  for (const { rule, entry } of compiled.filter(({ rule }) => rule.explainers === null)) {
    const [when, mute] = [plainText(rule.when), plainText(rule.mute)];
    const other = when === mute ? undefined : bySides.get(`${mute} ${when}`);
    if (other !== undefined) {
      entry.spot.at('mute').report({
        code: 'inhibits-each-other',
        message: `"${other.ref.id}" mutes what this rule lets mute, so both alerts would be muted`,
        hint: `The other is at ${other.ref.file}:${other.ref.line}: keep the one whose "when" is the cause`,
      });
    }
    bySides.set(`${when} ${mute}`, rule);
  }
}

function compileInhibition(entry: Entry<RawInhibition>, context: InhibitionContext): InhibitionRule {
  const { raw, spot } = entry;
  const { topology } = raw;
  checkWays(raw, spot);
  const root = topology === undefined ? spot.at('when') : spot.at('topology', 'rootMatch');
  const rawRoot = topology === undefined ? raw.when : topology.rootMatch;
  const when: Matcher = rawRoot === undefined ? nothing : compileTimeless(root, rawRoot, context);
  // What explains may be anybody's, what is muted is the team's own.
  const mute = withinScope(compileTimeless(spot.at('mute'), raw.mute, context), entry);
  if (topology === undefined) checkSides({ when, mute, spot });
  if (topology === undefined && raw.equal === undefined) reportWithoutEqual(spot);
  const equal = compileFields(spot.at('equal'), raw.equal ?? [], context);
  const reach =
    topology === undefined ? null : { edge: topology.edge ?? 'hard', maxDepth: topology.maxDepth ?? 3 };
  return {
    ref: spot.ref(raw.id),
    title: raw.title ?? raw.id,
    stateHash: hashShape(equal, { when, mute, ...(reach !== null && { reach }) }),
    ...{ when, mute, equal },
    explainers: reach === null ? null : findExplainers(context.services, reach),
    effect: raw.effect ?? 'hide',
    holdAfterClearMs: compileHoldAfterClear(spot.at('holdAfterClear'), raw.holdAfterClear),
  };
}

/** What explains others is said by `when`, or by a root along the dependencies, which need no field in common. */
function checkWays({ when, topology, equal }: RawInhibition, spot: BundleSpot): void {
  if (when === undefined && topology === undefined) {
    spot.report({
      code: 'missing-key',
      message: 'the rule does not say which alerts explain others',
      hint: 'Add when with a matcher, or topology: { via: dependsOn, rootMatch: … }',
    });
  }
  if (topology === undefined) return;
  for (const [key, value] of Object.entries({ when, equal })) {
    if (value === undefined) continue;
    spot.at(key).report({
      code: 'unknown-key',
      message: `a rule along dependencies has no ${key}`,
      hint: 'Remove it: rootMatch says what is a root, and the services say what belongs together',
      part: 'key',
    });
  }
}

/** An alert on both sides is muted by none that is on both sides too, so with equal sides there is nothing left to mute. */
function checkSides({
  when,
  mute,
  spot,
}: Pick<InhibitionRule, 'when' | 'mute'> & { spot: BundleSpot }): void {
  if (plainText(when) !== plainText(mute)) return;
  spot.at('mute').report({
    code: 'inhibits-itself',
    message: 'the rule would mute the very alerts that it says fire, and no alert mutes itself or its like',
    hint: 'Say with when which alert explains the others, and with mute which others',
  });
}

function reportWithoutEqual(spot: BundleSpot): void {
  spot.at('id').report({
    code: 'inhibition-without-equal',
    level: 'warning',
    message: 'one alert of "when", wherever it fires, mutes every alert of "mute", wherever that is',
    hint: 'Name the fields that both must have in common, as in equal: [service]',
  });
}

function compileHoldAfterClear(spot: BundleSpot, text: string | undefined): number {
  const milliseconds = text === undefined ? 0 : compileDuration(spot, text);
  if (milliseconds > longestHoldAfterClearMs) {
    spot.report({
      code: 'bad-duration',
      message: 'nothing stays muted for more than 24 hours after what explained it has cleared',
      hint: 'Write at most 24h',
    });
  }
  return milliseconds;
}
