import {
  compileLabelMatchers,
  parseLabelMatcher,
  type LabelMatcher,
} from '../../domain/alert/label-matcher.js';
import { parseDuration } from '../../domain/rules/duration.js';
import { parseRfc3339 } from '../../domain/sources/rfc3339.js';
import type { ProblemError } from './problem.js';

/** A body that fits schemas/silence.schema.json. */
export interface SilenceBody {
  readonly matchers: readonly (string | MatcherObject)[];
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly duration?: string;
  readonly createdBy?: string;
  readonly comment: string;
}

type MatcherObject = Pick<LabelMatcher, 'name' | 'value'> & Partial<LabelMatcher>;

/** What the body asks for; instants in Unix ms. */
interface WantedSilence {
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt?: number;
  readonly endsAt: number;
  readonly comment: string;
}

export type ReadSilence =
  | { readonly ok: true; readonly silence: WantedSilence }
  | { readonly ok: false; readonly errors: readonly ProblemError[] };

/** The last instant that RFC 3339 can write, 9999-12-31T23:59:59.999Z. */
const lastInstant = 253_402_300_799_999;

/** Understands matchers, instants and duration, and gathers all that is wrong with them. `now` is Unix ms. */
export function readSilence(body: SilenceBody, now: number): ReadSilence {
  const errors: ProblemError[] = [];
  const refuse = (pointer: string, message: string): void => {
    errors.push({ pointer, message });
  };
  const matchers = readMatchers(body.matchers, refuse);
  const startsAt = readInstant(body.startsAt, '/startsAt', refuse);
  const endsAt = readEnd(body, startsAt ?? now, refuse);
  if (errors.length > 0 || endsAt === undefined) return { ok: false, errors };
  const silence = { matchers, endsAt, comment: body.comment };
  return { ok: true, silence: startsAt === undefined ? silence : { ...silence, startsAt } };
}

type Refuse = (pointer: string, message: string) => void;

function readMatchers(given: SilenceBody['matchers'], refuse: Refuse): readonly LabelMatcher[] {
  const matchers: LabelMatcher[] = [];
  let sound = true;
  for (const [index, one] of given.entries()) {
    const problem = readMatcher(one, matchers);
    if (problem === null) continue;
    sound = false;
    refuse(`/matchers/${index}`, problem);
  }
  const all = compileLabelMatchers(matchers);
  if (sound && all.ok && all.matches({})) {
    refuse('/matchers', 'These match every alert: at least one matcher must not match an empty value.');
  }
  return matchers;
}

/** Appends the matcher, or says what is wrong with it. */
function readMatcher(given: string | MatcherObject, matchers: LabelMatcher[]): string | null {
  const parsed =
    typeof given === 'string'
      ? parseLabelMatcher(given)
      : { ok: true as const, matcher: { isRegex: false, isEqual: true, ...given } };
  if (!parsed.ok) return parsed.error;
  const compiled = compileLabelMatchers([parsed.matcher]);
  if (!compiled.ok) return compiled.error;
  matchers.push(parsed.matcher);
  return null;
}

function readInstant(text: string | undefined, pointer: string, refuse: Refuse): number | undefined {
  if (text === undefined) return undefined;
  const at = parseRfc3339(text);
  if (at !== null && at <= lastInstant) return at;
  refuse(pointer, `'${text}' is not an RFC 3339 instant with an offset, such as 2026-11-22T10:00:00Z.`);
  return undefined;
}

function readEnd(body: SilenceBody, start: number, refuse: Refuse): number | undefined {
  if ((body.endsAt === undefined) === (body.duration === undefined)) {
    refuse('', 'Give either endsAt or duration.');
    return undefined;
  }
  if (body.duration === undefined) return readInstant(body.endsAt, '/endsAt', refuse);
  const duration = parseDuration(body.duration);
  if (!duration.ok) refuse('/duration', duration.error);
  else if (start + duration.value > lastInstant) refuse('/duration', 'This ends later than the year 9999.');
  else return start + duration.value;
  return undefined;
}
