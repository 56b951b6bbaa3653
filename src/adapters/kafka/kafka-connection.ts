import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import { createTokenProvider } from './oauth-token.js';

/** How Kafka is reached. Whoever builds it has read the files: keys and certificates are PEM texts. */
export interface KafkaConnection {
  /** `host:port`, at least one; the others are found through it. */
  readonly brokers: readonly string[];
  readonly tls: KafkaTls | null;
  readonly sasl: KafkaSasl | null;
}

export interface KafkaTls {
  /** Default: what Node trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | OauthClient;

/** A token is fetched by the client-credentials grant (RFC 6749 §4.4). */
export interface OauthClient {
  readonly mechanism: 'oauthbearer';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
}

export interface KafkaClientOptions {
  /** Shown in the broker's logs and quotas. */
  readonly clientId: string;
  /** How long one request may take before it counts as unanswered; milliseconds. */
  readonly requestTimeoutMs: number;
  /** How often kafkajs itself tries again. Zero where we do, with a deadline of our own. */
  readonly retries: number;
}

const CONNECT_MS = 3_000;

/** A client of kafkajs that connects as the settings say. It says nothing by itself: what fails comes as an error. */
export function createKafka(connection: KafkaConnection, options: KafkaClientOptions): Kafka {
  const { tls, sasl } = connection;
  return new Kafka({
    brokers: [...connection.brokers],
    clientId: options.clientId,
    connectionTimeout: Math.min(CONNECT_MS, options.requestTimeoutMs),
    authenticationTimeout: options.requestTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    retry: { retries: options.retries, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.NOTHING,
    ...(tls === null ? {} : { ssl: tlsOptions(tls) }),
    ...(sasl === null ? {} : { sasl: saslOptions(sasl) }),
  });
}

function tlsOptions({ ca, cert, key }: KafkaTls): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') {
    // kafkajs keeps something of its own on this object, so it must be one that nobody else has.
    return { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password };
  }
  return { mechanism: 'oauthbearer', oauthBearerProvider: createTokenProvider(sasl) };
}
