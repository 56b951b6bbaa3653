import { onlyMatched, type PresentedExplanation } from '../adapters/http/present-trace.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { formatTrace } from './format-trace.js';
import { readExplanation } from './read-explanation.js';
import { refuseUsage } from './refuse-usage.js';

interface ExplainOptions {
  readonly source?: string;
  readonly rules?: string;
  readonly at?: string;
  readonly url?: string;
  readonly all?: boolean;
  readonly matched?: boolean;
  readonly json?: boolean;
}

export const explainCommand: CliCommand = (program, { done }) => {
  program
    .command('explain')
    .description(
      'Tell how the rules judge an alert, and why: every stage, the rules with file and line, the values compared. An alert of a file is judged by the bundle on disk as if it were the first that ever came; with --url, and of what is known already, a running Tocsin is asked. Nothing is stored.',
    )
    .argument('[alert]', 'a file with a payload, - for stdin, a fingerprint, or the id of an incident', '-')
    .option('--source <id>', 'the format of the payload: api, prometheus, alertmanager, grafana … (api)')
    .option('--rules <directory>', 'the bundle (TOCSIN_RULES_DIR, ./rules)')
    .option('--at <instant>', 'judge it as if it came then, RFC 3339 (now)')
    .option('--url <url>', 'the Tocsin to ask (http://TOCSIN_HOST:TOCSIN_PORT, http://127.0.0.1:8080)')
    .option('--all', 'show each rule that did not match too, and why')
    .option('--json', 'print the traces as JSON, as POST /api/v1/explain answers')
    .option('--matched', 'leave the rules that did not match out of the JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin explain alert.json --at 2026-11-23T03:00:00Z',
        'tocsin explain INC-42 --url http://tocsin.example:8080 --json',
      ),
    )
    .action(async (alert: string, options: ExplainOptions) => {
      done(await explain(alert, options));
    });
};

async function explain(
  alert: string,
  { all = false, json = false, matched = false, ...asked }: ExplainOptions,
): Promise<number> {
  const read = await readExplanation({ alert, ...asked });
  if (!read.ok) return refuseUsage('explain', read.problems);
  const { explanation } = read;
  process.stdout.write(
    json
      ? `${JSON.stringify(matched ? onlyMatched(explanation) : explanation, null, 2)}\n`
      : `${explanation.items.map((trace) => formatTrace(trace, { all })).join('\n\n')}\n`,
  );
  tellTheRest(explanation);
  return exitCodes.fine;
}

/** What of a payload was not explained. */
export function tellTheRest({ rejected, omitted }: PresentedExplanation): void {
  for (const { pointer, message } of rejected) process.stderr.write(`not an alert: ${pointer}: ${message}\n`);
  if (omitted > 0) process.stderr.write(`${omitted} more alerts of the payload are not explained\n`);
}
