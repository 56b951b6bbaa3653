import type { IncidentCommandName } from '../alert/entry.js';
import { compileLabelMatchers, parseLabelMatcher, type LabelMatcher } from '../alert/label-matcher.js';
import type { BundleDocument } from '../rules/bundle.js';
import type { BundleSpot } from '../rules/bundle-spot.js';
import { compileDuration, compilePositiveDuration } from '../rules/compile-value.js';
import { refusals } from '../triage/outcome.js';
import { checkReference } from '../rules/bundle-spot.js';
import type { RawCommand, RawSilence } from './raw-rule-test.js';
import type { Action, CommandAction } from './scenario.js';

/** Fields of each command; those with a `!` have to be there. */
const fieldsOf: Readonly<Record<IncidentCommandName, readonly string[]>> = {
  acknowledge: ['note'],
  assign: ['note', 'assignee!'],
  start: ['note'],
  hold: ['reason!'],
  resume: ['note'],
  mitigate: ['note'],
  resolve: ['resolutionKind', 'resolution', 'rootCause', 'review'],
  reopen: ['note'],
  close: ['resolutionKind', 'resolution', 'rootCause', 'review'],
  escalate: ['tier', 'team', 'reason'],
  set: ['note', 'impact', 'urgency', 'category', 'service', 'title'],
  merge: ['note', 'into!'],
  split: ['note', 'alerts!'],
  'set-parent': ['note', 'parent!'],
  'add-responder': ['note', 'person!'],
  'remove-responder': ['note', 'person!'],
  'declare-major': ['commander!', 'communications!', 'raise', 'reason'],
  'stand-down-major': ['reason'],
  note: ['text!'],
  update: ['text!'],
};

interface Source<T> {
  readonly raw: T;
  readonly spot: BundleSpot;
  readonly document: BundleDocument;
  readonly pointer: string;
}

/** What a person asks of an incident in a test. */
export function compileCommand(
  { raw, spot, document, pointer }: Source<RawCommand>,
  start: number,
): CommandAction {
  const { at, do: name, by = 'somebody', incident = null, refused = null, ...fields } = raw;
  const known = fieldsOf[name];
  for (const field of Object.keys(fields)) {
    if (known.some((one) => one.replace('!', '') === field)) continue;
    spot.at(field).report({
      code: 'unknown-key',
      message: `the command "${name}" has no "${field}"`,
      hint: `It has ${known.map((one) => one.replace('!', '')).join(', ')}`,
      part: 'key',
    });
  }
  for (const field of known)
    if (field.endsWith('!') && fields[field.slice(0, -1)] === undefined)
      spot
        .at('do')
        .report({ code: 'missing-key', message: `the command "${name}" needs ${field.slice(0, -1)}` });
  if (refused !== null)
    checkReference(spot.at('refused'), { what: 'reason of refusals', id: refused, known: new Set(refusals) });
  return {
    ...{ kind: 'command', at: start + compileDuration(spot.at('at'), at), place: document.place(pointer) },
    ...{ name, by, incident, refused, fields },
  };
}

export function compileSilence(
  { raw, spot, document, pointer }: Source<RawSilence>,
  start: number,
): Extract<Action, { kind: 'silence' }> {
  const at = start + compileDuration(spot.at('at'), raw.at);
  const matchers = raw.matchers.flatMap((text, i) => readMatcher(text, spot.at('matchers', i)));
  const { by = 'somebody', comment = 'a test' } = raw;
  const endsAt = at + compilePositiveDuration(spot.at('for'), raw.for);
  return { kind: 'silence', at, place: document.place(pointer), by, comment, matchers, endsAt };
}

function readMatcher(text: string, spot: BundleSpot): readonly LabelMatcher[] {
  const parsed = parseLabelMatcher(text);
  const error = parsed.ok ? faultOf(parsed.matcher) : parsed.error;
  if (error === null && parsed.ok) return [parsed.matcher];
  spot.report({ code: 'bad-value', message: error ?? '' });
  return [];
}

function faultOf(matcher: LabelMatcher): string | null {
  const compiled = compileLabelMatchers([matcher]);
  return compiled.ok ? null : compiled.error;
}
