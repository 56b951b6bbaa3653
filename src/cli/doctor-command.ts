import { styleText } from 'node:util';
import { createRedactor } from '../adapters/telemetry/redactor.js';
import { secretsOf } from '../settings-secrets.js';
import { readSettings, wantsColor, type Settings } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { examineSite, type PartFinding } from './examine-site.js';

export const doctorCommand: CliCommand = (program, { done }) => {
  program
    .command('doctor')
    .description(
      'Look at everything that Tocsin needs with the settings in force: rules, data directory, Kafka, MongoDB. Says what is wrong and what to do; changes nothing. Exits with 1 where something is an error.',
    )
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin doctor',
        'TOCSIN_LOG=kafka TOCSIN_STORE=mongodb TOCSIN_KAFKA_BROKERS=kafka:9092 TOCSIN_MONGODB_URL=mongodb://mongo tocsin doctor --json',
      ),
    )
    .action(async ({ json }: { json?: boolean }) => {
      const settings = readSettings();
      const conceal = concealing(settings);
      const findings = (await examineSite(settings)).map((each) => ({ ...each, text: conceal(each.text) }));
      process.stdout.write(json === true ? asJson(findings) : asText(findings));
      done(findings.some(({ verdict }) => verdict === 'error') ? exitCodes.findings : exitCodes.fine);
    });
};

/** What servers and libraries say goes to people as it is, but for the secrets of the settings. */
function concealing(settings: Settings): (text: string) => string {
  const redactor = createRedactor();
  for (const secret of secretsOf(settings)) redactor.conceal(secret);
  return (text) => JSON.parse(redactor.redact(JSON.stringify(text))) as string;
}

function asJson(findings: readonly PartFinding[]): string {
  const count = (verdict: PartFinding['verdict']): number =>
    findings.filter((each) => each.verdict === verdict).length;
  return `${JSON.stringify({ errors: count('error'), warnings: count('warning'), findings }, null, 2)}\n`;
}

const colors = { ok: 'green', warning: 'yellow', error: 'red' } as const;

/** A line each; further lines of a finding stand under its text. */
function asText(findings: readonly PartFinding[]): string {
  const color = wantsColor(process.stdout);
  const wide = (of: (each: PartFinding) => string): number =>
    Math.max(...findings.map((each) => of(each).length));
  const [part, check] = [wide((each) => each.part), wide((each) => each.check)];
  return findings
    .map((each) => {
      const verdict = each.verdict.padEnd('warning'.length);
      const painted = color ? styleText(colors[each.verdict], verdict, { validateStream: false }) : verdict;
      const indent = `\n${' '.repeat(verdict.length + part + check + 6)}`;
      const text = each.text.split(/\n\s*/).join(indent);
      return `${painted}  ${each.part.padEnd(part)}  ${each.check.padEnd(check)}  ${text}\n`;
    })
    .join('');
}
