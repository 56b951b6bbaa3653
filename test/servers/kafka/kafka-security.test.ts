import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { createKafkaAssignment } from '../../../src/adapters/kafka/kafka-assignment.js';
import type { KafkaConnection, KafkaSasl } from '../../../src/adapters/kafka/kafka-connection.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { entry, numbersIn, readToEnd } from '../../contract/log-samples.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { newPrefix, openLog } from '../../support/servers/kafka-log-bench.js';
import { SASL_USER } from '../../support/servers/kafka-properties.js';
import { allow, type KafkaRight } from '../../support/servers/kafka-rights.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { startTokenEndpoint, type TokenEndpoint } from '../../support/servers/token-endpoint.js';
import { waitUntil } from '../../support/servers/wait-until.js';

const USER = `User:${SASL_USER.name}`;
const { name: username, password } = SASL_USER;

describe('the log on a Kafka with TLS, SASL and access lists', function () {
  this.timeout(60_000);
  let kafka: KafkaServer | undefined;
  let tokens: TokenEndpoint | undefined;
  let prefix: string;

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => startKafka({ secured: true }));
    tokens = await startTokenEndpoint(username);
  });
  after(async () => {
    await tokens?.stop();
    await kafka?.stop();
  });
  beforeEach(() => {
    prefix = newPrefix();
  });

  const withSasl = (sasl: KafkaSasl): KafkaConnection => ({ brokers: kafka!.saslBrokers, tls: null, sasl });
  const plain: KafkaSasl = { mechanism: 'plain', username, password };
  const grant = (...rights: KafkaRight[]): Promise<void> =>
    allow(kafka!, USER, { topic: `${prefix}.events`, rights });

  /** Appends, reads, finds the end and prunes. */
  async function usesLog(connection: KafkaConnection): Promise<void> {
    const log = await openLog(kafka!, { prefix, connection });
    try {
      await log.append(0, [entry(1)]);
      await log.append(0, [entry(2)]);
      expect(numbersIn(await readToEnd(log))).to.deep.equal([1, 2]);
      expect(await log.prune(0, { before: Number.MAX_SAFE_INTEGER, maxBytes: 0, position: 2 })).to.equal(1);
    } finally {
      await log.close();
    }
  }

  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
    it(`gets in by ${mechanism}`, async () => {
      await grant('ALL');
      await usesLog(withSasl({ mechanism, username, password }));
    });

    it(`says that the credentials are wrong, by ${mechanism}`, async () => {
      const refused = await rejectionOf(
        openLog(kafka!, { prefix, connection: withSasl({ mechanism, username, password: 'guess' }) }),
      );
      expect(refused).to.include({ code: 'log-refused', retriable: false });
      expect(refused.message)
        .to.contain('refuses the credentials')
        .and.contain('TOCSIN_KAFKA_SASL_MECHANISM');
    });
  }

  it('gets in by a token of an OAuth endpoint, fetched once for all connections', async () => {
    await grant('ALL');
    const oauth = {
      mechanism: 'oauthbearer',
      clientId: 'client',
      clientSecret: 's ecret',
      scope: 'kafka',
    } as const;
    await usesLog(withSasl({ ...oauth, tokenUrl: tokens!.url }));
    expect(tokens!.asked.map(({ form }) => form)).to.deep.equal([
      { grant_type: 'client_credentials', scope: 'kafka' },
    ]);
  });

  it('says that the token endpoint refused', async () => {
    const oauth = { mechanism: 'oauthbearer', clientId: 'client', clientSecret: 'guess' } as const;
    const refused = await rejectionOf(
      openLog(kafka!, { prefix, connection: withSasl({ ...oauth, tokenUrl: tokens!.url }) }),
    );
    expect(refused).to.include({ code: 'log-refused' });
    expect(refused.message)
      .to.contain(`The token endpoint ${tokens!.url} answered 401`)
      .and.not.contain('guess');
  });

  it('trusts the given authority only, and shows its own certificate where there is one', async () => {
    const { server, client, clientKey } = kafka!.certificates!;
    const ca = await readFile(server, 'utf8');
    const tls = { brokers: kafka!.tlsBrokers, sasl: null };
    // Without a certificate of ours the broker knows nobody, who may do everything here.
    await usesLog({ ...tls, tls: { ca } });

    const refused = await rejectionOf(openLog(kafka!, { prefix, connection: { ...tls, tls: {} } }));
    expect(refused).to.include({ code: 'log-refused' });
    expect(refused.message).to.contain('TLS').and.contain('TOCSIN_KAFKA_TLS_CA_FILE');

    prefix = newPrefix();
    const mutual = { ca, cert: await readFile(client, 'utf8'), key: await readFile(clientKey, 'utf8') };
    expect(await rejectionOf(openLog(kafka!, { prefix, connection: { ...tls, tls: mutual } }))).to.include({
      code: 'log-refused',
    });
    await allow(kafka!, 'User:CN=tocsin', { topic: `${prefix}.events`, rights: ['ALL'] });
    await usesLog({ ...tls, tls: mutual });
  });

  it('says that no TLS is spoken where it was asked for', async () => {
    const connection = { brokers: kafka!.brokers, tls: {}, sasl: null };
    const refused = await rejectionOf(openLog(kafka!, { prefix, connection }));
    expect(refused.message).to.contain('TOCSIN_KAFKA_TLS');
  });

  it('says how to make the topic when it may not make it', async () => {
    const refused = await rejectionOf(openLog(kafka!, { prefix, connection: withSasl(plain) }));
    expect(refused).to.include({ code: 'log-refused', retriable: false });
    expect(refused.message)
      .to.contain(`${prefix}.events`)
      .and.contain('2 partitions')
      .and.contain('message.timestamp.type=LogAppendTime');
  });

  it('names each right on the topic that is missing', async () => {
    await (await openLog(kafka!, { prefix })).close();
    await grant('DESCRIBE', 'DESCRIBE_CONFIGS');
    await missing(/lacks rights on the topic .*: Read, Write, Delete\./);
    await grant('READ', 'DELETE');
    await missing(/: Write\./);
    await grant('WRITE');
    await usesLog(withSasl(plain));
  });

  async function missing(words: RegExp): Promise<void> {
    const refused = await rejectionOf(openLog(kafka!, { prefix, connection: withSasl(plain) }));
    expect(refused).to.include({ code: 'log-refused', retriable: false });
    expect(refused.message).to.match(words);
  }

  it('says that the group may not be joined, and joins once it may', async () => {
    await grant('ALL');
    await (await openLog(kafka!, { prefix, connection: withSasl(plain) })).close();
    const join = () => createKafkaAssignment({ connection: withSasl(plain), prefix, clock: systemClock });
    const refused = await rejectionOf(join().start(() => undefined));
    expect(refused).to.include({ code: 'log-refused', retriable: false });
    expect(refused.message).to.contain(`${prefix}.engine`).and.contain('rights');

    await allow(kafka!, USER, { group: `${prefix}.engine`, rights: ['READ'] });
    const assignment = join();
    let shards: ReadonlySet<number> = new Set();
    await assignment.start((assigned) => {
      shards = assigned;
    });
    await waitUntil({ what: 'both shards', timeoutMs: 5_000 }, () => shards.size === 2);
    await assignment.close();
  });
});
