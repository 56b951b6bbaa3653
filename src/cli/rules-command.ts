import type { PresentedRule, PresentedRules } from '../adapters/http/present-rules.js';
import { callTocsin, unexpected, unreachable } from './call-tocsin.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { formatRules } from './format-rules.js';
import { ownAddress } from './own-address.js';
import { refuseUsage } from './refuse-usage.js';

interface RulesOptions {
  readonly url?: string;
  readonly only?: string;
  readonly json?: boolean;
}

/** What `--only` may name. */
const conditions: Readonly<Record<string, (rule: PresentedRule) => boolean>> = {
  active: ({ status }) => status === 'active',
  shadow: ({ status }) => status === 'shadow',
  deprecated: ({ status }) => status === 'deprecated',
  disabled: ({ status }) => status === 'disabled',
  expired: ({ status }) => status === 'expired',
  canary: ({ canary }) => canary !== null,
  broken: ({ broken }) => broken !== null,
  warming: ({ warming }) => warming !== null,
  unused: ({ hits }) => hits === 0,
};

export const rulesCommand: CliCommand = (program, { done }) => {
  program
    .command('rules')
    .description(
      'List the rules of a running Tocsin: status, canary, hits, where they stand, which break and which begin anew after a reload. Exits 1 where one breaks.',
    )
    .option('--url <url>', 'the Tocsin to ask (http://TOCSIN_HOST:TOCSIN_PORT, http://127.0.0.1:8080)')
    .option('--only <what>', `of these only, by comma: ${Object.keys(conditions).join(', ')} (all)`)
    .option('--json', 'print JSON, as GET /api/v1/rules answers')
    .addHelpText(
      'after',
      examples('tocsin rules --only broken,warming', 'tocsin rules --url http://tocsin.example:8080 --json'),
    )
    .action(async (options: RulesOptions) => {
      done(await listRules(options));
    });
};

async function listRules({ url = ownAddress(), only, json = false }: RulesOptions): Promise<number> {
  const names = only?.split(',') ?? [];
  const unknown = names.filter((name) => !Object.hasOwn(conditions, name));
  if (unknown.length > 0)
    return refuseUsage('rules', [
      `--only: there is no ${unknown.join(', ')}; name of ${Object.keys(conditions).join(', ')}`,
    ]);
  const answer = await callTocsin(url, { method: 'GET', path: 'api/v1/rules' });
  if (answer.status !== 200 || answer.body === null || !('items' in answer.body))
    throw unreachable(url, unexpected(answer));
  const rules = answer.body as unknown as PresentedRules;
  const items = rules.items.filter(
    (rule) => names.length === 0 || names.some((name) => conditions[name]?.(rule) === true),
  );
  process.stdout.write(
    json ? `${JSON.stringify({ ...rules, items }, null, 2)}\n` : formatRules(rules, items),
  );
  return rules.items.some(({ broken }) => broken !== null) ? exitCodes.findings : exitCodes.fine;
}
