import type { AskedReport } from '../app/report-question.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { fetchReport } from './fetch-report.js';
import { formatReport } from './format-report.js';
import { ownAddress } from './own-address.js';
import { createProgress } from './progress.js';
import { readStoredReport } from './read-stored-report.js';
import { refuseUsage } from './refuse-usage.js';

interface ReportOptions {
  readonly since?: string;
  readonly until?: string;
  readonly by?: string;
  readonly timezone?: string;
  readonly top?: string;
  readonly url?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export const reportCommand: CliCommand = (program, { done }) => {
  program
    .command('report')
    .description(
      'Tell what a period was like: MTTA, MTTR, SLA kept, noise, what comes back. Asks the Tocsin that serves, or reads a data directory that none serves from. docs/reports.md explains every figure.',
    )
    .option('--since <moment>', 'where the period begins: 30d ago, a date or an RFC 3339 instant (30d)')
    .option('--until <moment>', 'just before what it ends, in the same words (now)')
    .option('--by <what>', 'breakdowns by comma: priority, tier, team, service, category, week (all)')
    .option('--timezone <name>', 'IANA name, for dates and weeks (that of the bundle; with --data-dir UTC)')
    .option('--top <count>', 'length of the lists of flapping alerts and of what comes back (10)')
    .option('--url <url>', 'the Tocsin to ask (http://TOCSIN_HOST:TOCSIN_PORT, http://127.0.0.1:8080)')
    .option('--data-dir <directory>', 'read this data instead, which no Tocsin serves from')
    .option('--json', 'print the report as JSON, as GET /api/v1/reports/summary answers')
    .addHelpText(
      'after',
      examples(
        'tocsin report --since 30d --by team,week',
        'tocsin report --since 2026-10-01 --until 2026-11-01 --timezone Europe/Lisbon --url http://tocsin.example:8080 --json',
      ),
    )
    .action(async (options: ReportOptions) => {
      done(await report(options));
    });
};

async function report(options: ReportOptions): Promise<number> {
  const { url, dataDir, json } = options;
  if (url !== undefined && dataDir !== undefined) {
    return refuse([{ name: 'url', message: 'give either --url or --data-dir, not both' }]);
  }
  const asked = askedOf(options);
  const progress = createProgress();
  const result = await (
    dataDir === undefined
      ? fetchReport({ base: url ?? ownAddress(), asked, progress })
      : readStoredReport({ directory: dataDir, asked, progress })
  ).finally(() => {
    progress.end();
  });
  if (!result.ok) return refuse(result.problems);
  process.stdout.write(
    json === true ? `${JSON.stringify(result.summary, null, 2)}\n` : formatReport(result.summary),
  );
  return exitCodes.fine;
}

function refuse(problems: readonly { readonly name: string; readonly message: string }[]): number {
  return refuseUsage(
    'report',
    problems.map(({ name, message }) => `--${name}: ${message}`),
  );
}

function askedOf({ since, until, by, timezone, top }: ReportOptions): AskedReport {
  return {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(by !== undefined && { by: by.split(',') }),
    ...(timezone !== undefined && { timezone }),
    ...(top !== undefined && { top }),
  };
}
