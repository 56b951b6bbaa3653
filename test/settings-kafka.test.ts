import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { KafkaSettings } from '../src/settings-kafka.js';
import { explainSettings, readSettings } from '../src/settings.js';
import { makeTempDir, type TempDir } from './support/servers/temp-dir.js';

describe('the settings for Kafka', () => {
  let dir: TempDir;

  beforeEach(async () => {
    dir = await makeTempDir('settings');
  });

  afterEach(() => dir.remove());

  const kafka = (env: Record<string, string>): KafkaSettings | null =>
    readSettings({ TOCSIN_KAFKA_BROKERS: 'k1:9092', ...env }).kafka;

  async function file(name: string, text: string): Promise<string> {
    await writeFile(join(dir.path, name), text);
    return join(dir.path, name);
  }

  it('are none when no brokers are named', () => {
    expect(readSettings({}).kafka).to.equal(null);
  });

  it('are as plain as can be when only brokers are named', () => {
    expect(kafka({ TOCSIN_KAFKA_BROKERS: ' k1:9092, [::1]:9093 ' })).to.deep.equal({
      brokers: ['k1:9092', '[::1]:9093'],
      prefix: 'tocsin',
      shards: 8,
      tls: null,
      sasl: null,
    });
  });

  it('read keys, certificates and secrets from files', async () => {
    const secret = await file('secret', 'a b\n');
    expect(
      kafka({
        TOCSIN_KAFKA_TLS: 'true',
        TOCSIN_KAFKA_TLS_CA_FILE: await file('ca', 'CA'),
        TOCSIN_KAFKA_TLS_CERT_FILE: await file('cert', 'CERT'),
        TOCSIN_KAFKA_TLS_KEY_FILE: await file('key', 'KEY'),
        TOCSIN_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        TOCSIN_KAFKA_SASL_USERNAME: 'tocsin',
        TOCSIN_KAFKA_SASL_PASSWORD_FILE: secret,
      }),
    ).to.deep.include({
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
      sasl: { mechanism: 'scram-sha-512', username: 'tocsin', password: 'a b' },
    });
    expect(
      kafka({
        TOCSIN_KAFKA_SASL_MECHANISM: 'oauthbearer',
        TOCSIN_KAFKA_OAUTH_TOKEN_URL: 'https://idp/token',
        TOCSIN_KAFKA_OAUTH_CLIENT_ID: 'tocsin',
        TOCSIN_KAFKA_OAUTH_CLIENT_SECRET_FILE: secret,
      })?.sasl,
    ).to.deep.equal({
      mechanism: 'oauthbearer',
      tokenUrl: 'https://idp/token',
      clientId: 'tocsin',
      clientSecret: 'a b',
    });
  });

  it('show people no secret', () => {
    const { shown } = explainSettings({
      TOCSIN_KAFKA_BROKERS: 'k1:9092',
      TOCSIN_KAFKA_SASL_MECHANISM: 'plain',
      TOCSIN_KAFKA_SASL_USERNAME: 'tocsin',
      TOCSIN_KAFKA_SASL_PASSWORD: 'geheim',
    });
    expect(JSON.stringify(shown)).to.contain('(hidden)').and.to.not.contain('geheim');
    expect(shown.map(({ name }) => name)).to.include.members([
      'TOCSIN_KAFKA_SASL_PASSWORD',
      'TOCSIN_KAFKA_SHARDS',
    ]);
  });

  for (const [env, problem] of [
    [{ TOCSIN_KAFKA_BROKERS: '', TOCSIN_KAFKA_SHARDS: '3' }, /TOCSIN_KAFKA_SHARDS: does nothing without/],
    [{ TOCSIN_KAFKA_BROKERS: 'kafka' }, /TOCSIN_KAFKA_BROKERS=kafka: expected host:port/],
    [{ TOCSIN_KAFKA_SHARDS: '0' }, /TOCSIN_KAFKA_SHARDS=0: expected a number from 1 to 256/],
    [{ TOCSIN_KAFKA_TOPIC_PREFIX: 'a b' }, /TOCSIN_KAFKA_TOPIC_PREFIX=a b/],
    [{ TOCSIN_KAFKA_TLS: 'yes' }, /TOCSIN_KAFKA_TLS=yes/],
    [
      { TOCSIN_KAFKA_TLS_CA_FILE: '/x' },
      /TOCSIN_KAFKA_TLS_CA_FILE: does nothing without TOCSIN_KAFKA_TLS=true/,
    ],
    [
      { TOCSIN_KAFKA_TLS: 'true', TOCSIN_KAFKA_TLS_CA_FILE: '/none' },
      /TOCSIN_KAFKA_TLS_CA_FILE=\/none: ENOENT/,
    ],
    [{ TOCSIN_KAFKA_TLS: 'true', TOCSIN_KAFKA_TLS_KEY_FILE: '/none' }, /go together/],
    [{ TOCSIN_KAFKA_SASL_MECHANISM: 'gssapi' }, /expected none or plain or/],
    [
      { TOCSIN_KAFKA_SASL_MECHANISM: 'plain' },
      /TOCSIN_KAFKA_SASL_PASSWORD: .*_FILE, a file that can be read/,
    ],
    [{ TOCSIN_KAFKA_SASL_USERNAME: 'me' }, /TOCSIN_KAFKA_SASL_USERNAME: does nothing without/],
    [{ TOCSIN_KAFKA_OAUTH_SCOPE: 'x' }, /TOCSIN_KAFKA_OAUTH_SCOPE: does nothing without/],
    [
      { TOCSIN_KAFKA_SASL_MECHANISM: 'oauthbearer', TOCSIN_KAFKA_OAUTH_TOKEN_URL: 'idp' },
      /TOCSIN_KAFKA_OAUTH_TOKEN_URL=idp: expected an http or https URL/,
    ],
    [{ TOCSIN_KAFKA_BROKER: 'k:1' }, /did you mean TOCSIN_KAFKA_BROKERS/],
  ] as const) {
    it(`refuse ${JSON.stringify(env)}`, () => {
      expect(() => kafka(env)).to.throw(problem);
    });
  }
});
