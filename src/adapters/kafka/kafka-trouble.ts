import { TocsinError } from '../../app/tocsin-error.js';

/** What is wrong, as far as it matters for what to do. */
export type KafkaTrouble =
  | 'credentials'
  | 'rights'
  | 'tls'
  | 'unreachable'
  | 'closed'
  | 'silent'
  | 'no-topic'
  | 'too-large'
  | 'out-of-range'
  | 'moved'
  | 'other';

const byName: Readonly<Record<string, KafkaTrouble>> = {
  KafkaJSSASLAuthenticationError: 'credentials',
  KafkaJSRequestTimeoutError: 'silent',
  KafkaJSLockTimeout: 'silent',
  KafkaJSOffsetOutOfRange: 'out-of-range',
  KafkaJSConnectionError: 'unreachable',
  KafkaJSConnectionClosedError: 'closed',
  KafkaJSBrokerNotFound: 'unreachable',
  KafkaJSNoBrokerAvailableError: 'unreachable',
  KafkaJSMetadataNotLoaded: 'moved',
  KafkaJSTopicMetadataNotLoaded: 'moved',
};

/** Error codes of the protocol, as kafkajs calls them. */
const byType: Readonly<Record<string, KafkaTrouble>> = {
  SASL_AUTHENTICATION_FAILED: 'credentials',
  ILLEGAL_SASL_STATE: 'credentials',
  UNSUPPORTED_SASL_MECHANISM: 'credentials',
  TOPIC_AUTHORIZATION_FAILED: 'rights',
  GROUP_AUTHORIZATION_FAILED: 'rights',
  CLUSTER_AUTHORIZATION_FAILED: 'rights',
  UNKNOWN_TOPIC_OR_PARTITION: 'no-topic',
  MESSAGE_TOO_LARGE: 'too-large',
  RECORD_LIST_TOO_LARGE: 'too-large',
  OFFSET_OUT_OF_RANGE: 'out-of-range',
  REQUEST_TIMED_OUT: 'silent',
  LEADER_NOT_AVAILABLE: 'moved',
  NOT_LEADER_FOR_PARTITION: 'moved',
  REPLICA_NOT_AVAILABLE: 'moved',
  FENCED_LEADER_EPOCH: 'moved',
  UNKNOWN_LEADER_EPOCH: 'moved',
  OFFSET_NOT_AVAILABLE: 'moved',
  KAFKA_STORAGE_ERROR: 'moved',
  NOT_ENOUGH_REPLICAS: 'moved',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'moved',
  NOT_CONTROLLER: 'moved',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'moved',
  NOT_COORDINATOR_FOR_GROUP: 'moved',
  GROUP_LOAD_IN_PROGRESS: 'moved',
};

/** What to do about it; where nothing is said the trouble passes by itself or explains itself. */
const advice: Readonly<Partial<Record<KafkaTrouble, string>>> = {
  credentials:
    'Kafka refuses the credentials: check TOCSIN_KAFKA_SASL_MECHANISM and the user name and password, or OAuth client, that go with it',
  rights:
    'Kafka does not allow it: give the user of TOCSIN_KAFKA_SASL_USERNAME (or of the certificate) the rights that docs/kafka.md lists',
  tls: 'the TLS handshake failed: check TOCSIN_KAFKA_TLS, that the brokers listen for TLS on these ports, and that TOCSIN_KAFKA_TLS_CA_FILE holds the authority of their certificate',
  unreachable: 'no connection: check TOCSIN_KAFKA_BROKERS and that the brokers run',
  closed:
    'a broker closed the connection: where it does so at the start, it wants TLS (TOCSIN_KAFKA_TLS) or credentials (TOCSIN_KAFKA_SASL_MECHANISM), or another port',
  silent: 'a broker does not answer in time',
  'no-topic': 'the topic is not there',
};

/** Troubles that people must end. */
const lasting: ReadonlySet<KafkaTrouble> = new Set(['credentials', 'rights', 'tls']);

interface Told {
  readonly name?: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly message?: string;
  readonly cause?: unknown;
  /** Of an error about several partitions. */
  readonly partitions?: readonly { readonly error?: unknown }[];
}

/** kafkajs wraps what happened, often twice: the innermost error is the one that says it. */
function innermost(error: unknown): Told {
  let told = error as Told;
  for (let depth = 0; depth < 5; depth += 1) {
    const inner = told.partitions?.[0]?.error ?? told.cause;
    if (typeof inner !== 'object' || inner === null) break;
    told = inner;
  }
  return told;
}

export function troubleOf(error: unknown): KafkaTrouble {
  const told = innermost(error);
  const known = byType[told.type ?? ''];
  if (known !== undefined) return known;
  const text = `${told.code ?? ''} ${told.message ?? ''}`;
  if (/SASL|token endpoint/i.test(text) && told.name !== 'KafkaJSRequestTimeoutError') return 'credentials';
  if (/CERT|SELF_SIGNED|self-signed|ERR_TLS|ERR_SSL|EPROTO|certificate|secure TLS/i.test(text)) return 'tls';
  // What kafkajs says of a broker that took the connection and told nothing.
  if (told.message === 'Broker not connected') return 'silent';
  return byName[told.name ?? ''] ?? 'other';
}

/** True when only people can end it. */
export function isLasting(error: unknown): boolean {
  return lasting.has(troubleOf(error));
}

/** What went wrong and what to do, without a full stop. */
export function wordsOf(error: unknown): string {
  const { message } = innermost(error);
  const what = advice[troubleOf(error)];
  if (what === undefined) return message ?? String(error);
  return message === undefined || message === '' ? what : `${what} (${message})`;
}

/**
 * While the service runs everything may pass: rights are given back, certificates renewed. So it stays retriable. An error
 * that is ours already goes through as it is.
 */
export function logUnavailable(doing: string, cause: unknown): TocsinError {
  if (cause instanceof TocsinError) return cause;
  return new TocsinError(`${doing}: ${wordsOf(cause)}.`, { code: 'log-unavailable', retriable: true, cause });
}

/** At the start a lasting trouble is a refusal: `log-refused`. */
export function refusedAtStart(doing: string, cause: unknown): TocsinError {
  if (cause instanceof TocsinError) return cause;
  if (!isLasting(cause)) return logUnavailable(doing, cause);
  return new TocsinError(`${doing}: ${wordsOf(cause)}.`, { code: 'log-refused', retriable: false, cause });
}
