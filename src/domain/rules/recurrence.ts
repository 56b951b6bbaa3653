import rrule from 'rrule';

/** Beginnings that come again by a rule of RFC 5545, on the clocks of whatever zone is meant. */
export interface Recurrence {
  /** What it began with says which day or time is meant, or which of several turns. */
  readonly needsStart: boolean;
  /** Beginnings within a span of clock time, both ends included, as if the clocks were those of UTC: Unix ms, ascending. */
  between(span: { readonly from: number; readonly to: number }, start: number): readonly number[];
}

export type ParsedRecurrence =
  | { readonly ok: true; readonly recurrence: Recurrence }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Reads `FREQ=DAILY;BYHOUR=2;BYMINUTE=0`. What would cost more than a look at some thousand days is refused. */
export function parseRecurrence(text: string): ParsedRecurrence {
  const parts = new Map<string, string>();
  for (const part of text.replace(/^RRULE:/, '').split(';')) {
    const [key = '', value = '', rest] = part.split('=');
    if (rest !== undefined || value === '') return refused(`"${part}" is no part of a rule`);
    if (parts.has(key)) return refused(`${key} stands there twice`);
    const problem = problemOf(key, value);
    if (problem !== null) return { ok: false, ...problem };
    parts.set(key, value);
  }
  if (!parts.has('FREQ')) return refused('the rule does not say how often: FREQ is missing');
  const times = sizeOf(parts, 'BYHOUR') * sizeOf(parts, 'BYMINUTE');
  if (times > mostTimesADay)
    return refused(`the rule begins ${times} times a day`, 'Write a schedule instead');
  return { ok: true, recurrence: createRecurrence(parts) };
}

const { RRule } = rrule;
const mostTimesADay = 48;
const usage = 'Write it as FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=2;BYMINUTE=0 (RFC 5545)';

function refused(message: string, hint = usage): ParsedRecurrence {
  return { ok: false, message, hint };
}

/** Lists of whole numbers by their limits; some may count from the end. */
const numbers: Readonly<Record<string, readonly [least: number, most: number]>> = {
  BYHOUR: [0, 23],
  BYMINUTE: [0, 59],
  BYMONTH: [1, 12],
  BYMONTHDAY: [-31, 31],
  BYYEARDAY: [-366, 366],
  BYWEEKNO: [-53, 53],
  BYSETPOS: [-366, 366],
  INTERVAL: [1, 1000],
  COUNT: [1, 1000],
};

const patterns: Readonly<Record<string, RegExp>> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
  BYDAY: /^([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU))*$/,
};

function problemOf(key: string, value: string): { message: string; hint: string } | null {
  const limits = numbers[key];
  const single = key === 'INTERVAL' || key === 'COUNT';
  if (limits !== undefined) {
    const items = single ? [value] : value.split(',');
    const [least, most] = limits;
    const bad = items.find(
      (item) => !/^[+-]?\d{1,4}$/.test(item) || Number(item) < least || Number(item) > most,
    );
    const zero = least < 0 ? items.find((item) => Number(item) === 0) : undefined;
    const wrong = bad ?? zero;
    return wrong === undefined
      ? null
      : {
          message: `${key} cannot be ${wrong}`,
          hint: `Write ${least === 0 ? '' : 'whole '}numbers from ${least} to ${most}`,
        };
  }
  const pattern = patterns[key];
  if (pattern?.test(value) === true) return null;
  if (key === 'FREQ')
    return {
      message: `FREQ cannot be ${value}`,
      hint: 'Write DAILY, WEEKLY, MONTHLY or YEARLY; hours go into BYHOUR',
    };
  if (pattern !== undefined) return { message: `${key} cannot be ${value}`, hint: usage };
  if (key === 'UNTIL') return { message: 'UNTIL is not read here', hint: 'Write expires beside repeat' };
  return { message: `a rule has no ${key === '' ? 'empty part' : key} here`, hint: usage };
}

function sizeOf(parts: ReadonlyMap<string, string>, key: string): number {
  return parts.get(key)?.split(',').length ?? 1;
}

function createRecurrence(parts: ReadonlyMap<string, string>): Recurrence {
  const text = [...parts].map(([key, value]) => `${key}=${value}`).join(';');
  const options = RRule.parseString(text);
  return {
    needsStart: needsStart(parts),
    between({ from, to }, start) {
      const rule = new RRule({ ...options, bysecond: 0, dtstart: new Date(start) });
      return rule.between(new Date(from), new Date(to), true).map((begin) => begin.getTime());
    },
  };
}

function needsStart(parts: ReadonlyMap<string, string>): boolean {
  const has = (...keys: readonly string[]): boolean => keys.some((key) => parts.has(key));
  if (has('COUNT') || Number(parts.get('INTERVAL') ?? 1) > 1 || !has('BYHOUR')) return true;
  const days = has('BYDAY', 'BYMONTHDAY', 'BYYEARDAY');
  return parts.get('FREQ') !== 'DAILY' && !days;
}
