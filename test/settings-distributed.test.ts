import { expect } from 'chai';
import { TocsinError } from '../src/app/tocsin-error.js';
import { secretsOf } from '../src/settings-secrets.js';
import { explainSettings, readSettings } from '../src/settings.js';

const set = {
  TOCSIN_LOG: 'kafka',
  TOCSIN_STORE: 'mongodb',
  TOCSIN_KAFKA_BROKERS: 'k1:9092',
  TOCSIN_MONGODB_URL: 'mongodb://tocsin:secret@m1:27017,m2:27017/triage?replicaSet=rs0',
};

function refusalOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof TocsinError) return error.message;
    throw error;
  }
  throw new Error('The settings were taken.');
}

describe('the settings for the distributed set', () => {
  it('name Kafka and MongoDB, and the database by the path of the URL', () => {
    const { distributed, role } = readSettings({ ...set, TOCSIN_ROLE: 'intake' });
    expect(distributed?.mongo).to.deep.equal({ url: set.TOCSIN_MONGODB_URL, database: 'triage' });
    expect([distributed?.kafka.brokers, role]).to.deep.equal([['k1:9092'], 'intake']);
    for (const url of ['mongodb://m1', 'mongodb+srv://m1/?tls=true', 'mongodb://m1/'])
      expect(readSettings({ ...set, TOCSIN_MONGODB_URL: url }).distributed?.mongo.database).to.equal(
        'tocsin',
      );
  });

  it('are none unless they are chosen', () => {
    expect(readSettings({}).distributed).to.equal(null);
    expect(readSettings({ TOCSIN_KAFKA_BROKERS: 'k1:9092' }).distributed).to.equal(null);
  });

  it('refuse a URL in which a part of the password could be taken for a host, and do not show it', () => {
    for (const user of ['tocsin:p@zz', 'tocsin:pa/zz', 'tocsin:p@zz:w/d']) {
      const refusal = refusalOf({ ...set, TOCSIN_MONGODB_URL: `mongodb://${user}@m1:27017/triage` });
      expect(refusal).to.contain('TOCSIN_MONGODB_URL: user and password must be percent-encoded');
      expect(refusal).to.not.contain('zz');
    }
  });

  it('know which of their texts are secret', () => {
    const secrets = secretsOf(
      readSettings({ ...set, TOCSIN_MONGODB_URL: 'mongodb://tocsin:a%40b@m1,m2:27018/?tls=true' }),
    );
    expect(secrets).to.include.members(['a%40b', 'a@b']);
    const oauth = {
      TOCSIN_KAFKA_SASL_MECHANISM: 'oauthbearer',
      TOCSIN_KAFKA_OAUTH_TOKEN_URL: 'https://id/token',
      TOCSIN_KAFKA_OAUTH_CLIENT_ID: 'tocsin',
      TOCSIN_KAFKA_OAUTH_CLIENT_SECRET: 'whisper',
    };
    expect(secretsOf(readSettings({ ...set, ...oauth }))).to.include('whisper');
    expect(secretsOf(readSettings({}))).to.deep.equal([]);
  });

  it('never show the URL of MongoDB', () => {
    expect(JSON.stringify(explainSettings(set).shown)).to.not.contain('secret');
  });

  const refusals: Readonly<Record<string, readonly [Record<string, string>, string]>> = {
    'one of the pair alone': [{ ...set, TOCSIN_STORE: 'sqlite' }, 'kafka and mongodb go together'],
    'no brokers': [{ ...set, TOCSIN_KAFKA_BROKERS: '' }, 'needs TOCSIN_KAFKA_BROKERS'],
    'no server': [{ ...set, TOCSIN_MONGODB_URL: '' }, 'needs TOCSIN_MONGODB_URL'],
    'a URL that is none': [{ ...set, TOCSIN_MONGODB_URL: 'm1:27017' }, 'expected mongodb://host:port'],
    'a server that is not used': [
      { TOCSIN_MONGODB_URL: 'mongodb://m1' },
      'does nothing without TOCSIN_STORE=mongodb',
    ],
    'a role beside an embedded log': [{ TOCSIN_ROLE: 'engine' }, 'needs TOCSIN_LOG=kafka'],
    'a retention that is shorter than repeats refer back': [
      { ...set, TOCSIN_LOG_RETENTION: '59m' },
      'TOCSIN_LOG_RETENTION: with TOCSIN_LOG=kafka at least 1h',
    ],
    'a limit of bytes, which Kafka does not know': [
      { ...set, TOCSIN_LOG_MAX_BYTES: '1GiB' },
      'TOCSIN_LOG_RETENTION',
    ],
  };
  for (const [what, [env, words]] of Object.entries(refusals))
    it(`refuse ${what}`, () => {
      expect(refusalOf(env)).to.contain(words);
    });
});
