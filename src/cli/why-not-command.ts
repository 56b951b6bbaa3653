import type { PresentedTrace } from '../adapters/http/present-trace.js';
import { nearestName } from '../domain/rules/nearest-name.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { tellTheRest } from './explain-command.js';
import { nearestMiss, rulesOf, type Miss } from './nearest-miss.js';
import { formatMiss } from './format-miss.js';
import { readExplanation } from './read-explanation.js';
import { refuseUsage } from './refuse-usage.js';

interface WhyNotOptions {
  readonly source?: string;
  readonly rules?: string;
  readonly at?: string;
  readonly url?: string;
  readonly json?: boolean;
}

export const whyNotCommand: CliCommand = (program, { done }) => {
  program
    .command('why-not')
    .description(
      'Tell why a rule does not act on an alert: each part of its matcher with the value that the alert has, and what came before it.',
    )
    .argument('<rule>', 'the id of a rule, a service, a window, an inhibition, a group or a route')
    .argument('[alert]', 'a file with a payload, - for stdin, a fingerprint, or the id of an incident', '-')
    .option('--source <id>', 'the format of the payload: api, prometheus, alertmanager, grafana … (api)')
    .option('--rules <directory>', 'the bundle (TOCSIN_RULES_DIR, ./rules)')
    .option('--at <instant>', 'judge it as if it came then, RFC 3339 (now)')
    .option('--url <url>', 'the Tocsin to ask (http://TOCSIN_HOST:TOCSIN_PORT, http://127.0.0.1:8080)')
    .option('--json', 'print the parts of the rule as JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin why-not http-errors alert.json',
        'curl -s http://prometheus:9090/api/v1/alerts | tocsin why-not down --source prometheus',
      ),
    )
    .action(async (rule: string, alert: string, options: WhyNotOptions) => {
      done(await whyNot({ rule, alert }, options));
    });
};

async function whyNot(
  { rule, alert }: { readonly rule: string; readonly alert: string },
  { json = false, ...asked }: WhyNotOptions,
): Promise<number> {
  const read = await readExplanation({ alert, ...asked });
  if (!read.ok) return refuseUsage('why-not', read.problems);
  const { items } = read.explanation;
  const misses: Miss[] = [];
  for (const trace of items) {
    const miss = nearestMiss(trace, rule);
    if (miss === null) return refuseUsage('why-not', [unknownRule(rule, trace)]);
    misses.push(miss);
  }
  process.stdout.write(
    json ? `${JSON.stringify({ items: misses }, null, 2)}\n` : `${misses.map(formatMiss).join('\n\n')}\n`,
  );
  tellTheRest(read.explanation);
  return exitCodes.fine;
}

function unknownRule(rule: string, trace: PresentedTrace): string {
  const nearest = nearestName(rule, rulesOf(trace));
  const hint =
    nearest === null ? 'tocsin explain --all lists those that were asked' : `did you mean ${nearest}?`;
  return `no rule ${rule} was held against the alert: ${hint}`;
}
