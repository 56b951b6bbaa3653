import { dimensions, type Dimension } from '../domain/report/incident-report.js';
import { parsePeriod, type ReportPeriod } from '../domain/report/report-period.js';
import { nearestName } from '../domain/rules/nearest-name.js';
import { createZoneOffset } from '../domain/rules/zone-offset.js';
import type { SummaryQuestion } from './summarize-incidents.js';

/** A report as people ask for it: what they left out has a default. */
export interface AskedReport {
  /** Default `30d`. */
  readonly since?: string;
  /** Default: now. */
  readonly until?: string;
  readonly timezone?: string;
  /** Default: all. */
  readonly by?: readonly string[];
  readonly top?: string;
}

export interface QuestionProblem {
  readonly name: keyof AskedReport;
  readonly message: string;
}

export type ReadQuestion =
  | { readonly ok: true; readonly question: SummaryQuestion }
  | { readonly ok: false; readonly problems: readonly QuestionProblem[] };

export const reportDefaults = { since: '30d', top: 10, maxTop: 100 } as const;

/** Checks everything at once. `timezone` is that of the bundle. */
export function readQuestion(
  asked: AskedReport,
  given: { readonly now: number; readonly timezone: string },
): ReadQuestion {
  const problems: QuestionProblem[] = [];
  const refuse = (problem: QuestionProblem): void => void problems.push(problem);
  const timezone = asked.timezone ?? given.timezone;
  const offset = createZoneOffset(timezone);
  if (offset === null) {
    const message = `there is no time zone "${timezone}": write an IANA name such as Europe/Lisbon or UTC`;
    refuse({ name: 'timezone', message });
  }
  const zone = offset ?? (() => 0);
  const period = readPeriod(asked, { now: given.now, offset: zone, refuse });
  const by = (asked.by ?? dimensions).flatMap((word) => readDimension(word, refuse));
  const top = readTop(asked.top, refuse);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, question: { period, timezone, offset: zone, by: [...new Set(by)], top } };
}

type Refuse = (problem: QuestionProblem) => void;

function readPeriod(
  asked: AskedReport,
  given: { readonly now: number; readonly offset: SummaryQuestion['offset']; readonly refuse: Refuse },
): ReportPeriod {
  const { since = reportDefaults.since, until } = asked;
  const parsed = parsePeriod({ since, ...(until !== undefined && { until }) }, given);
  if (parsed.ok) return parsed.period;
  given.refuse({ name: parsed.name, message: parsed.message });
  return { since: 0, until: 0 };
}

function readDimension(word: string, refuse: Refuse): readonly Dimension[] {
  const known = dimensions.find((dimension) => dimension === word);
  if (known !== undefined) return [known];
  const near = nearestName(word, dimensions);
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  refuse({ name: 'by', message: `"${word}" is none of ${dimensions.join(', ')}.${hint}` });
  return [];
}

function readTop(text: string | undefined, refuse: Refuse): number {
  if (text === undefined) return reportDefaults.top;
  const top = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (top < 1 || top > reportDefaults.maxTop) {
    refuse({ name: 'top', message: `"${text}" is not a whole number from 1 to ${reportDefaults.maxTop}` });
  }
  return top;
}
