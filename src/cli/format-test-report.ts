import { styleText } from 'node:util';
import { codeFrame } from '../adapters/files/code-frame.js';
import { issuesAsJson } from '../adapters/files/format-issues.js';
import type { RuleTestReport, TimedResult } from '../app/run-rule-tests.js';
import type { Failure, Scenario } from '../domain/rule-test/scenario.js';
import { printable } from './printable.js';

interface Shown {
  readonly color: boolean;
  /** Printed before each path. */
  readonly directory: string;
  readonly coverage: boolean;
}

/** Failed tests with what differs, then the counts. */
export function formatTestReport(report: RuleTestReport, shown: Shown): string {
  const failed = report.results.filter(({ failures }) => failures.length > 0);
  const parts = failed.map((result) => formatFailed(result, { ...shown, files: report.files }));
  return [...parts, ...(shown.coverage ? [formatUntouched(report)] : []), summary(report)].join('\n\n');
}

function formatFailed(
  { scenario, failures }: TimedResult,
  context: Shown & Pick<RuleTestReport, 'files'>,
): string {
  const paint = (style: 'red' | 'bold', text: string): string =>
    context.color ? styleText(style, text, { validateStream: false }) : text;
  const lines = failures.flatMap((one) => formatFailure(one, scenario, context));
  return [`${paint('red', '✗')} ${paint('bold', printable(titleOf(scenario)))}`, ...lines].join('\n');
}

/** Title of the document and name of the test. */
export function titleOf({ title, name }: Scenario): string {
  return title === null ? name : `${title}: ${name}`;
}

function formatFailure(
  { place, when, at, message, lines }: Failure,
  scenario: Scenario,
  { files, directory }: Shown & Pick<RuleTestReport, 'files'>,
): readonly string[] {
  const instant = new Date(at).toISOString();
  const text = files.get(place.file);
  const frame = text === undefined ? '' : codeFrame(text, place);
  return [
    `  ${directory.replace(/\/+$/, '')}/${place.file}:${place.line}:${place.column}  ${when === null ? '' : `at ${when}, `}${instant}`,
    `    ${printable(message)}`,
    ...lines.map((line) => `      ${printable(line)}`),
    ...frame
      .split('\n')
      .filter((line) => line !== '' && place !== scenario.place)
      .map((line) => `    ${line}`),
  ];
}

function formatUntouched({ untouched }: RuleTestReport): string {
  if (untouched.length === 0) return 'Every rule had a part in a test.';
  const lines = untouched.map(({ ref, kind }) => `  ${kind} ${ref.id}  ${ref.file}:${ref.line}`);
  return [`${untouched.length} rules had a part in no test:`, ...lines].join('\n');
}

function summary({ results, skipped, untouched, revision }: RuleTestReport): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const passed = results.length - failed;
  const left = skipped === 0 ? '' : `, ${skipped} left out`;
  const none = results.length === 0 ? 'No test was run. ' : '';
  return `${none}${passed} passed, ${failed} failed${left}; rules without a test: ${untouched.length}, revision ${revision ?? '-'}`;
}

/** The results for programs. */
export function testReportAsJson(report: RuleTestReport) {
  const { results, skipped, untouched, revision } = report;
  return {
    revision,
    passed: results.filter(({ failures }) => failures.length === 0).length,
    failed: results.filter(({ failures }) => failures.length > 0).length,
    skipped,
    ...issuesAsJson(report.issues),
    tests: results.map(({ scenario, failures, durationMs }) => ({
      name: scenario.name,
      title: scenario.title,
      ...scenario.place,
      result: failures.length === 0 ? 'passed' : 'failed',
      durationMs,
      failures: failures.map(({ place, at, ...failure }) => ({
        ...{ ...place, ...failure, at: new Date(at).toISOString() },
      })),
    })),
    untouched: untouched.map(({ ref, kind }) => ({ kind, ...ref })),
  };
}
