import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readSettings } from '../src/settings.js';

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly volumes?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly command?: readonly string[];
      }
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** What can be said of the image without a daemon: it copies what is there, and its settings are settings. */
describe('the container image', () => {
  it('copies only what its context has', async () => {
    const ignored = await readFile('.dockerignore', 'utf8');
    const context = [...ignored.matchAll(/^!(.+)$/gm)].map(([, name]) => name!);
    const copied = (await instructions('COPY'))
      .filter((words) => !words.startsWith('--from'))
      .flatMap((words) => words.split(/\s+/).slice(0, -1));
    expect(copied.length).to.be.above(0);
    expect([...new Set(copied)].sort()).to.deep.equal([...context].sort());
    expect(context.filter((name) => !existsSync(name))).to.deep.equal([]);
  });

  it('is given settings that the process takes, and a user that is not root', async () => {
    const env = Object.fromEntries(
      (await instructions('ENV')).flatMap((words) =>
        words.split(/\s+/).map((pair): [string, string] => [pair.split('=')[0]!, pair.split('=')[1]!]),
      ),
    );
    const { host, port, dataDir, rulesDir } = readSettings(env);
    expect({ host, port, dataDir, rulesDir }).to.deep.equal({
      host: '0.0.0.0',
      port: 8080,
      dataDir: '/data',
      rulesDir: '/rules',
    });
    expect(await instructions('USER')).to.deep.equal(['node']);
    expect(await instructions('HEALTHCHECK')).to.have.length(1);
  });

  it('stands in compose.yaml beside a Prometheus and a Grafana whose files are there', async () => {
    const compose = parse(await readFile('compose.yaml', 'utf8')) as Compose;
    expect(Object.keys(compose.services)).to.deep.equal(['tocsin', 'prometheus', 'grafana']);
    expectFilesAndVolumes(compose);
  });

  it('stands twice in compose.distributed.yaml, with settings that the process takes and servers that are there', async () => {
    const compose = parse(await readFile('compose.distributed.yaml', 'utf8'), { merge: true }) as Compose;
    const { kafka, mongodb, prometheus } = compose.services;
    expect(Object.keys(compose.services)).to.deep.equal([
      ...['tocsin-1', 'tocsin-2', 'kafka', 'mongodb', 'prometheus', 'grafana'],
    ]);
    expectFilesAndVolumes(compose);
    for (const name of ['tocsin-1', 'tocsin-2']) {
      const { distributed, role } = readSettings(compose.services[name]?.environment);
      expect(role).to.equal('all');
      expect(kafka?.environment?.['KAFKA_ADVERTISED_LISTENERS']).to.equal(
        `PLAINTEXT://${distributed?.kafka.brokers.join()}`,
      );
      expect(distributed?.mongo).to.deep.equal({
        ...{ url: 'mongodb://mongodb:27017/tocsin?replicaSet=rs0', database: 'tocsin' },
      });
      expect(mongodb?.command?.join(' ')).to.contain('--replSet rs0');
    }
    const config = /--config\.file=\/etc\/prometheus\/(\S+)/.exec(prometheus?.command?.join(' ') ?? '')?.[1];
    const { scrape_configs: scraped, alerting } = parse(
      await readFile(`grafana/prometheus/${config}`, 'utf8'),
    ) as PrometheusConfig;
    for (const { static_configs: targets } of [scraped[0]!, alerting.alertmanagers[0]!])
      expect(targets[0]?.targets).to.deep.equal(['tocsin-1:8080', 'tocsin-2:8080']);
  });
});

interface StaticConfigs {
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

interface PrometheusConfig {
  readonly scrape_configs: readonly StaticConfigs[];
  readonly alerting: { readonly alertmanagers: readonly StaticConfigs[] };
}

function expectFilesAndVolumes({ services, volumes }: Compose): void {
  const mounted = Object.values(services).flatMap((service) => service.volumes ?? []);
  const sources = mounted.map((mount) => mount.split(':')[0]!);
  expect(sources.filter((source) => source.startsWith('.') && !existsSync(source))).to.deep.equal([]);
  const named = sources.filter((source) => !source.startsWith('.'));
  expect(named.sort()).to.deep.equal(Object.keys(volumes).sort());
}

/** The words after each instruction of the name, continued lines joined. */
async function instructions(name: string): Promise<string[]> {
  const text = (await readFile('Dockerfile', 'utf8')).replace(/\\\n\s*/g, '');
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `));
  return lines.map((line) => line.slice(name.length + 1));
}
