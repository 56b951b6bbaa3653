import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { createRuleLoader } from '../app/load-rules.js';
import { explainSettings, secretOrigin, type SecretOrigin, type ShownSetting } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';

interface ShownSecret {
  readonly name: string;
  /** Of the notifier that signs with it. */
  readonly notifier: string;
  readonly origin: SecretOrigin;
}

interface ShownConfig {
  readonly settings: readonly ShownSetting[];
  /** null: the bundle has errors, so what it names is not known. */
  readonly secrets: readonly ShownSecret[] | null;
}

export const configCommand: CliCommand = (program, { done }) => {
  program
    .command('config')
    .description(
      'Print the settings in force and where each comes from. Of secrets only whether they are set.',
    )
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples('tocsin config', 'TOCSIN_LOG_RETENTION=90d tocsin config --json'))
    .action(async ({ json }: { json?: boolean }) => {
      const config = await showConfig();
      process.stdout.write(json === true ? `${JSON.stringify(config, null, 2)}\n` : asText(config));
      done(exitCodes.fine);
    });
};

async function showConfig(): Promise<ShownConfig> {
  const { settings, shown } = explainSettings();
  const reader = createBundleReader({ directory: settings.rulesDir });
  const { ruleSet } = createRuleLoader({ reader })(await reader.read());
  if (ruleSet === null) return { settings: shown, secrets: null };
  const secrets = [...ruleSet.notifiers.values()].flatMap(({ id, secretEnv }) =>
    secretEnv === null ? [] : [{ name: secretEnv, notifier: id, origin: secretOrigin(secretEnv) }],
  );
  return { settings: shown, secrets };
}

function asText({ settings, secrets }: ShownConfig): string {
  const rows = settings.map(({ name, value, origin }) => [name, value, origin]);
  for (const { name, notifier, origin } of secrets ?? [])
    rows.push([name, origin === 'not set' ? '' : '(hidden)', `${origin}, secret of notifier ${notifier}`]);
  const note =
    secrets === null ? '\nThe bundle has errors, so its secrets are not listed: see `tocsin lint`.\n' : '';
  return `${table(rows)}${note}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => (row[column] ?? '').length));
  const [first, second] = [width(0), width(1)];
  return rows
    .map(
      ([name = '', value = '', origin = '']) => `${name.padEnd(first)}  ${value.padEnd(second)}  ${origin}\n`,
    )
    .join('');
}
