/** Where Kafka is and how to get in. Keys, certificates and secrets are their texts. */
export interface KafkaSettings {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  /** Of the names of our topics and groups. */
  readonly prefix: string;
  /** Of a log that is made anew. */
  readonly shards: number;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null;
  readonly sasl: KafkaSaslSettings | null;
}

export type KafkaSaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'oauthbearer';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
    };

export const kafkaSettingNames = [
  'TOCSIN_KAFKA_BROKERS',
  'TOCSIN_KAFKA_TOPIC_PREFIX',
  'TOCSIN_KAFKA_SHARDS',
  'TOCSIN_KAFKA_TLS',
  'TOCSIN_KAFKA_TLS_CA_FILE',
  'TOCSIN_KAFKA_TLS_CERT_FILE',
  'TOCSIN_KAFKA_TLS_KEY_FILE',
  'TOCSIN_KAFKA_SASL_MECHANISM',
  'TOCSIN_KAFKA_SASL_USERNAME',
  'TOCSIN_KAFKA_SASL_PASSWORD',
  'TOCSIN_KAFKA_SASL_PASSWORD_FILE',
  'TOCSIN_KAFKA_OAUTH_TOKEN_URL',
  'TOCSIN_KAFKA_OAUTH_CLIENT_ID',
  'TOCSIN_KAFKA_OAUTH_CLIENT_SECRET',
  'TOCSIN_KAFKA_OAUTH_CLIENT_SECRET_FILE',
  'TOCSIN_KAFKA_OAUTH_SCOPE',
] as const;
export type KafkaSettingName = (typeof kafkaSettingNames)[number];

/** What the settings are read through; every problem is noted and the reading goes on. */
export interface SettingSource {
  /** As it was set, without spaces around it; '' when it was not. What is read is shown to people. */
  text(name: KafkaSettingName, byDefault?: string): string;
  /** The text of a file, '' when none is named. */
  file(name: KafkaSettingName): string;
  /** Of the variable or of the file that `<name>_FILE` names; '' when there is none. Never shown. */
  secret(name: KafkaSettingName): string;
  isSet(name: KafkaSettingName): boolean;
  problem(text: string): void;
}

const mechanisms = ['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;
const MAX_SHARDS = 256;

/** null: no brokers are named, so there is no Kafka. */
export function readKafkaSettings(source: SettingSource): KafkaSettings | null {
  if (!source.isSet('TOCSIN_KAFKA_BROKERS')) {
    const stray = kafkaSettingNames.filter((name) => source.isSet(name));
    if (stray.length > 0)
      source.problem(`${stray.join(', ')}: does nothing without TOCSIN_KAFKA_BROKERS (host:port, …)`);
    return null;
  }
  return {
    brokers: readBrokers(source),
    prefix: readPrefix(source),
    shards: readShards(source),
    tls: readTls(source),
    sasl: readSasl(source),
  };
}

function readBrokers(source: SettingSource): readonly string[] {
  const given = source.text('TOCSIN_KAFKA_BROKERS');
  const brokers = given.split(',').map((each) => each.trim());
  if (brokers.some((each) => !/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(each)))
    source.problem(`TOCSIN_KAFKA_BROKERS=${given}: expected host:port, several with commas between them`);
  return brokers;
}

function readPrefix(source: SettingSource): string {
  const prefix = source.text('TOCSIN_KAFKA_TOPIC_PREFIX', 'tocsin');
  if (!/^[a-zA-Z0-9._-]{1,100}$/.test(prefix))
    source.problem(
      `TOCSIN_KAFKA_TOPIC_PREFIX=${prefix}: expected at most 100 of the characters a–z A–Z 0–9 . _ -`,
    );
  return prefix;
}

function readShards(source: SettingSource): number {
  const given = source.text('TOCSIN_KAFKA_SHARDS', '8');
  const shards = Number(given);
  if (/^\d{1,3}$/.test(given) && shards >= 1 && shards <= MAX_SHARDS) return shards;
  source.problem(`TOCSIN_KAFKA_SHARDS=${given}: expected a number from 1 to ${MAX_SHARDS}`);
  return 1;
}

function readTls(source: SettingSource): KafkaSettings['tls'] {
  const given = source.text('TOCSIN_KAFKA_TLS', 'false');
  if (given !== 'true' && given !== 'false')
    source.problem(`TOCSIN_KAFKA_TLS=${given}: expected true or false`);
  const files = [
    'TOCSIN_KAFKA_TLS_CA_FILE',
    'TOCSIN_KAFKA_TLS_CERT_FILE',
    'TOCSIN_KAFKA_TLS_KEY_FILE',
  ] as const;
  if (given === 'false') {
    refuseStray(source, files, 'TOCSIN_KAFKA_TLS=true');
    return null;
  }
  if (source.isSet(files[1]) !== source.isSet(files[2]))
    source.problem(`${files[1]} and ${files[2]} go together: one of them is not set`);
  const [ca, cert, key] = files.map((name) => source.file(name));
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

function readSasl(source: SettingSource): KafkaSaslSettings | null {
  const given = source.text('TOCSIN_KAFKA_SASL_MECHANISM', 'none').toLowerCase();
  const mechanism = mechanisms.find((each) => each === given);
  const forPasswords = [
    'TOCSIN_KAFKA_SASL_USERNAME',
    'TOCSIN_KAFKA_SASL_PASSWORD',
    'TOCSIN_KAFKA_SASL_PASSWORD_FILE',
  ] as const;
  const forOauth = kafkaSettingNames.filter((name) => name.startsWith('TOCSIN_KAFKA_OAUTH_'));
  if (mechanism === undefined) {
    source.problem(`TOCSIN_KAFKA_SASL_MECHANISM=${given}: expected ${mechanisms.join(' or ')}`);
    return null;
  }
  if (mechanism !== 'oauthbearer') refuseStray(source, forOauth, 'TOCSIN_KAFKA_SASL_MECHANISM=oauthbearer');
  if (mechanism === 'none' || mechanism === 'oauthbearer')
    refuseStray(source, forPasswords, 'TOCSIN_KAFKA_SASL_MECHANISM=plain or scram-sha-256 or scram-sha-512');
  if (mechanism === 'none') return null;
  if (mechanism === 'oauthbearer') return readOauth(source);
  return {
    mechanism,
    username: needed(source, 'TOCSIN_KAFKA_SASL_USERNAME', mechanism),
    password: neededSecret(source, 'TOCSIN_KAFKA_SASL_PASSWORD', mechanism),
  };
}

function readOauth(source: SettingSource): KafkaSaslSettings {
  const tokenUrl = needed(source, 'TOCSIN_KAFKA_OAUTH_TOKEN_URL', 'oauthbearer');
  if (tokenUrl !== '' && !/^https?:\/\//.test(tokenUrl))
    source.problem(`TOCSIN_KAFKA_OAUTH_TOKEN_URL=${tokenUrl}: expected an http or https URL`);
  const scope = source.text('TOCSIN_KAFKA_OAUTH_SCOPE');
  return {
    mechanism: 'oauthbearer',
    tokenUrl,
    clientId: needed(source, 'TOCSIN_KAFKA_OAUTH_CLIENT_ID', 'oauthbearer'),
    clientSecret: neededSecret(source, 'TOCSIN_KAFKA_OAUTH_CLIENT_SECRET', 'oauthbearer'),
    ...(scope === '' ? {} : { scope }),
  };
}

function refuseStray(source: SettingSource, names: readonly KafkaSettingName[], without: string): void {
  for (const name of names)
    if (source.isSet(name)) source.problem(`${name}: does nothing without ${without}`);
}

function needed(source: SettingSource, name: KafkaSettingName, mechanism: string): string {
  const value = source.text(name);
  if (value === '') source.problem(`${name}: TOCSIN_KAFKA_SASL_MECHANISM=${mechanism} needs it`);
  return value;
}

function neededSecret(source: SettingSource, name: KafkaSettingName, mechanism: string): string {
  const value = source.secret(name);
  if (value === '')
    source.problem(
      `${name}: TOCSIN_KAFKA_SASL_MECHANISM=${mechanism} needs it, or ${name}_FILE, a file that can be read`,
    );
  return value;
}
