import type { PresentedDeadLetter } from '../adapters/http/present-dead-letter.js';
import { callTocsin } from './call-tocsin.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { ownAddress } from './own-address.js';
import { createProgress } from './progress.js';
import { refuseUsage } from './refuse-usage.js';

interface ReplayOptions {
  readonly source?: string;
  readonly topic?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly url?: string;
}

/** What came of one dead letter. */
interface ReplayLine {
  readonly id: string;
  readonly result: string;
  readonly alerts: number;
  /** Why it was refused. */
  readonly reason: string | null;
  readonly detail: string | null;
}

const pageSize = 500;

export const replayCommand: CliCommand = (program, { done }) => {
  program
    .command('replay')
    .description(
      'Read dead letters again, by the rules that are in force now: one by its id, or all of a source or topic that were not replayed yet. Asks the Tocsin that serves. Exits with 1 when some still can not be read; those are kept.',
    )
    .argument('[id]', 'a dead letter, as GET /api/v1/dead-letters names it')
    .option('--source <ids>', 'all of these sources, by comma')
    .option('--topic <names>', 'all of these topics, by comma')
    .option('--dry-run', 'only tell what would come of it')
    .option('--url <url>', 'the Tocsin to ask (http://TOCSIN_HOST:TOCSIN_PORT, http://127.0.0.1:8080)')
    .option('--json', 'print what came of each as JSON')
    .addHelpText(
      'after',
      examples('tocsin replay builds:0:1:4711', 'tocsin replay --topic builds --dry-run --json'),
    )
    .action(async (id: string | undefined, options: ReplayOptions) => {
      done(await replay(id, options));
    });
};

async function replay(id: string | undefined, options: ReplayOptions): Promise<number> {
  const { source, topic, dryRun, json } = options;
  const all = source !== undefined || topic !== undefined;
  if (all === (id !== undefined)) {
    return refuseUsage('replay', ['name either one dead letter, or --source or --topic for all of them']);
  }
  const base = options.url ?? ownAddress();
  const progress = createProgress();
  const lines: ReplayLine[] = [];
  try {
    const ids = id === undefined ? await findWaiting(base, { source, topic }) : [id];
    for (const [index, each] of ids.entries()) {
      progress.show(`replaying ${index + 1} of ${ids.length}`);
      lines.push(await replayOne(base, each, dryRun === true));
    }
  } finally {
    progress.end();
  }
  process.stdout.write(json === true ? `${JSON.stringify({ items: lines }, null, 2)}\n` : describe(lines));
  return lines.some(({ reason }) => reason !== null) ? exitCodes.findings : exitCodes.fine;
}

/** All that wait, the oldest first: in the order in which they would have come. */
async function findWaiting(
  base: string,
  filters: { readonly source: string | undefined; readonly topic: string | undefined },
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const query = new URLSearchParams({ replayed: 'false', limit: String(pageSize) });
    for (const [name, value] of Object.entries({ ...filters, after }))
      if (typeof value === 'string') query.set(name, value);
    const { body } = await callTocsin(base, {
      method: 'GET',
      path: `api/v1/dead-letters?${query.toString()}`,
    });
    const page = body as unknown as { items: readonly PresentedDeadLetter[]; next: string | null };
    ids.push(...page.items.map((letter) => letter.id));
    after = page.next;
  } while (after !== null);
  return ids.reverse();
}

async function replayOne(base: string, id: string, dryRun: boolean): Promise<ReplayLine> {
  const query = dryRun ? '?dryRun=true' : '';
  const path = `api/v1/dead-letters/${encodeURIComponent(id)}/replay${query}`;
  const { status, body } = await callTocsin(base, { method: 'POST', path });
  const answer = (body ?? {}) as {
    readonly result?: string;
    readonly fingerprints?: readonly string[];
    readonly reason?: string;
    readonly detail?: string;
    readonly title?: string;
  };
  if (status < 300) {
    const { result = 'pending', fingerprints = [] } = answer;
    return { id, result, alerts: fingerprints.length, reason: null, detail: null };
  }
  const { reason = String(status), detail = answer.title ?? '' } = answer;
  return { id, result: 'refused', alerts: 0, reason, detail };
}

function describe(lines: readonly ReplayLine[]): string {
  const shown = lines.map(({ id, result, alerts, detail }) => {
    if (detail !== null) return `${id}  refused: ${detail}\n`;
    const count = result === 'already-replayed' ? '' : `, ${alerts} ${alerts === 1 ? 'alert' : 'alerts'}`;
    return `${id}  ${result.replaceAll('-', ' ')}${count}\n`;
  });
  const refused = lines.filter(({ reason }) => reason !== null).length;
  const total = `${lines.length} dead ${lines.length === 1 ? 'letter' : 'letters'}, ${refused} refused\n`;
  return [...shown, total].join('');
}
