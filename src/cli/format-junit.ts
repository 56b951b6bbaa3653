import type { RuleTestReport, TimedResult } from '../app/run-rule-tests.js';
import type { Failure } from '../domain/rule-test/scenario.js';

/** Results as JUnit XML, one suite a file; findings of bundle or tests as errors of a suite of their own. */
export function formatJunit({ results, issues }: RuleTestReport): string {
  const files = [...new Set(results.map(({ scenario }) => scenario.place.file))];
  const errors = issues.filter(({ level }) => level === 'error');
  const cases = errors.map(
    ({ place, code, message }) =>
      `<testcase name="${escaped(`${place.file}:${place.line}`)}" classname="bundle" time="0"><error type="${escaped(code)}" message="${escaped(message)}"/></testcase>`,
  );
  const broken =
    errors.length === 0
      ? []
      : [suite({ name: 'bundle', tests: errors.length, failures: 0, errors: errors.length, time: 0 }, cases)];
  const suites = files.map((file) =>
    suiteOf(
      file,
      results.filter(({ scenario }) => scenario.place.file === file),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${[...broken, ...suites].join('\n')}\n</testsuites>\n`;
}

function suiteOf(file: string, results: readonly TimedResult[]): string {
  const failures = results.filter((one) => one.failures.length > 0).length;
  const time = results.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return suite({ name: file, tests: results.length, failures, errors: 0, time }, results.map(caseOf));
}

function suite(
  about: {
    readonly name: string;
    readonly tests: number;
    readonly failures: number;
    readonly errors: number;
    readonly time: number;
  },
  cases: readonly string[],
): string {
  const { name, tests, failures, errors, time } = about;
  const counts = `tests="${tests}" failures="${failures}" errors="${errors}" time="${seconds(time)}"`;
  return `<testsuite name="${escaped(name)}" ${counts}>\n${cases.join('\n')}\n</testsuite>`;
}

function caseOf({ scenario, failures, durationMs }: TimedResult): string {
  const { name, place, title } = scenario;
  const head = `<testcase name="${escaped(name)}" classname="${escaped(title ?? place.file)}" file="${escaped(place.file)}" line="${place.line}" time="${seconds(durationMs)}"`;
  return failures.length === 0 ? `${head}/>` : `${head}>${failures.map(failureOf).join('')}</testcase>`;
}

function failureOf({ place, when, message, lines }: Failure): string {
  const text = [
    `${place.file}:${place.line}:${place.column}`,
    ...(when === null ? [] : [`at ${when}`]),
    message,
    ...lines,
  ];
  return `<failure message="${escaped(message)}">${escaped(text.join('\n'))}</failure>`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

/** Characters that XML 1.0 can't hold at all are left out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
