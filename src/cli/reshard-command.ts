import { TocsinError } from '../app/tocsin-error.js';
import { readSettings } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { formatReshard, reshardAsJson } from './format-reshard.js';
import { createProgress, showCopied } from './progress.js';
import { refuseUsage } from './refuse-usage.js';
import { reshardServers, type ReshardSource } from './reshard-servers.js';

interface ReshardOptions {
  readonly fromPrefix?: string;
  readonly fromDatabase?: string;
  readonly split?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const reshardCommand: CliCommand = (program, { done }) => {
  program
    .command('reshard')
    .description(
      'Spread a log over another number of shards (TOCSIN_KAFKA_SHARDS), by other labels (partitionBy of the bundle), or both. Fills the empty topic and database of the settings with all that an old topic and database hold, or a backup of a data directory, and leaves those as they are. No replica of the old ones may run. Exits with 1, and moves nothing, where an open incident would be torn. docs/sharding.md tells more.',
    )
    .argument('[backup]', 'the directory that `tocsin backup` wrote of a data directory')
    .option('--from-prefix <prefix>', 'TOCSIN_KAFKA_TOPIC_PREFIX of the old log')
    .option('--from-database <name>', 'the old database, on the same server')
    .option(
      '--split',
      'split what would be torn: alerts on other shards go on in incidents of their own, as with the command split',
    )
    .option('--dry-run', 'only tell what would be where')
    .option('--json', 'print what is where as JSON')
    .addHelpText(
      'after',
      examples(
        'TOCSIN_KAFKA_TOPIC_PREFIX=tocsin2 TOCSIN_KAFKA_SHARDS=16 TOCSIN_MONGODB_URL=mongodb://mongo/tocsin2 tocsin reshard --from-prefix tocsin --from-database tocsin --dry-run',
        'TOCSIN_KAFKA_SHARDS=8 tocsin reshard /backups/move',
      ),
    )
    .action(async (backup: string | undefined, options: ReshardOptions) => {
      const from = sourceOf(backup, options);
      done(from === null ? refuseUsage('reshard', [whichSource]) : await run(from, options));
    });
};

const whichSource = 'name either a backup, or both --from-prefix and --from-database';

function sourceOf(
  backup: string | undefined,
  { fromPrefix: prefix, fromDatabase: database }: ReshardOptions,
): ReshardSource | null {
  if (prefix === undefined && database === undefined) return backup === undefined ? null : { backup };
  return backup !== undefined || prefix === undefined || database === undefined ? null : { prefix, database };
}

async function run(from: ReshardSource, options: ReshardOptions): Promise<number> {
  const { split = false, dryRun = false } = options;
  const { distributed, rulesDir, logRetentionMs } = readSettings();
  if (distributed === null)
    throw new TocsinError(
      'The log of a data directory has one shard. Set TOCSIN_LOG=kafka and TOCSIN_STORE=mongodb, and where the new topic and database are.',
      { code: 'bad-settings', retriable: false },
    );
  const resharded = await withProgress((progress) =>
    reshardServers({
      ...{ from, servers: distributed, rulesDir, logRetentionMs, split, dryRun },
      onProgress: showCopied(progress),
      onUnpack: (file, bytes) => {
        progress.show(`${file}, ${(bytes / 2 ** 20).toFixed(1)} MiB`);
      },
    }),
  );
  process.stdout.write(options.json === true ? reshardAsJson(resharded) : formatReshard(resharded, dryRun));
  const { torn, strays } = resharded.plan;
  return torn.length + strays.length > 0 ? exitCodes.findings : exitCodes.fine;
}

function withProgress<T>(work: (progress: ReturnType<typeof createProgress>) => Promise<T>): Promise<T> {
  const progress = createProgress();
  return work(progress).finally(() => {
    progress.end();
  });
}
