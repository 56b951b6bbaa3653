import type { Certificates } from './self-signed-certificates.js';

export interface KafkaPorts {
  readonly plain: number;
  readonly controller: number;
  readonly sasl: number;
  readonly tls: number;
}

/** Known to PLAIN and SCRAM. It may do what an ACL for `User:tocsin` says, which is nothing at first. */
export const SASL_USER = { name: 'tocsin', password: 'a-"secret"' } as const;

const REQUIRED = 'required';
const SECURITY = 'org.apache.kafka.common.security';

/** One node that is broker and controller; with certificates also listeners for SASL and TLS, and access lists. */
export function kafkaProperties(
  folder: string,
  ports: KafkaPorts,
  certificates: Certificates | null,
): string {
  const outside = [`PLAINTEXT://127.0.0.1:${ports.plain}`];
  if (certificates !== null) outside.push(`SASL://127.0.0.1:${ports.sasl}`, `TLS://127.0.0.1:${ports.tls}`);
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...outside, `CONTROLLER://127.0.0.1:${ports.controller}`].join(','),
    'advertised.listeners': outside.join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
    'log.dirs': `${folder}/data`,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 2,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'auto.create.topics.enable': false,
    // A broker that was killed is let in again only when its session has ended.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    ...(certificates === null ? {} : secured(certificates)),
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}

function secured(certificates: Certificates): Record<string, string | boolean> {
  const password = SASL_USER.password.replaceAll('"', '\\"');
  return {
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.sasl.plain.sasl.jaas.config': `${SECURITY}.plain.PlainLoginModule ${REQUIRED} user_${SASL_USER.name}="${password}";`,
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': `${SECURITY}.scram.ScramLoginModule ${REQUIRED};`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${SECURITY}.scram.ScramLoginModule ${REQUIRED};`,
    'listener.name.sasl.oauthbearer.sasl.jaas.config': `${SECURITY}.oauthbearer.OAuthBearerLoginModule ${REQUIRED} unsecuredLoginStringClaim_sub="broker";`,
    'listener.name.tls.ssl.keystore.type': 'PEM',
    'listener.name.tls.ssl.keystore.location': certificates.serverPair,
    'listener.name.tls.ssl.truststore.type': 'PEM',
    'listener.name.tls.ssl.truststore.location': certificates.trusted,
    'listener.name.tls.ssl.client.auth': 'requested',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  };
}
