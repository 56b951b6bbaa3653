import { entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileTimeless } from './compile-timeless.js';
import { compileDuration, compileFields } from './compile-value.js';
import { hashShape, plainText } from './hash-shape.js';
import type { MatcherContext } from './matcher-context.js';
import type { InhibitionRule } from './rule-set.js';

interface RawInhibition {
  readonly id: string;
  readonly title?: string;
  readonly status?: 'active' | 'disabled';
  readonly when: unknown;
  readonly mute: unknown;
  readonly equal?: readonly string[];
  readonly holdAfterClear?: string;
}

const hour = 3_600_000;
/** The engine remembers an alert that has cleared for this long. */
const longestHoldAfterClearMs = 24 * hour;

/** `kind: Inhibition`, in order of files and positions. */
export function compileInhibitions(
  documents: readonly Entry<unknown>[],
  context: MatcherContext,
): readonly InhibitionRule[] {
  const entries = entriesOf<RawInhibition>(documents, 'rules');
  const compiled = entries
    .map((entry) => ({ rule: compileInhibition(entry, context), entry }))
    .filter(({ entry }) => entry.raw.status !== 'disabled');
  checkPairs(compiled);
  return compiled.map(({ rule }) => rule);
}

/** Two rules with their sides exchanged would mute both alerts, and nobody would be told. */
function checkPairs(
  compiled: readonly { readonly rule: InhibitionRule; readonly entry: Entry<RawInhibition> }[],
): void {
  const bySides = new Map<string, InhibitionRule>();
  for (const { rule, entry } of compiled) {
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

function compileInhibition({ raw, spot }: Entry<RawInhibition>, context: MatcherContext): InhibitionRule {
  const when = compileTimeless(spot.at('when'), raw.when, context);
  const mute = compileTimeless(spot.at('mute'), raw.mute, context);
  checkSides({ when, mute, spot });
  if (raw.equal === undefined) reportWithoutEqual(spot);
  const equal = compileFields(spot.at('equal'), raw.equal ?? [], context);
  return {
    ref: spot.ref(raw.id),
    title: raw.title ?? raw.id,
    stateHash: hashShape(equal, { when, mute }),
    ...{ when, mute, equal },
    holdAfterClearMs: compileHoldAfterClear(spot.at('holdAfterClear'), raw.holdAfterClear),
  };
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
