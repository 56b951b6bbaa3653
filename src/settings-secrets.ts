import type { Settings } from './settings.js';

/** Every text of the settings that must never be written anywhere. */
export function secretsOf({
  kafka,
  distributed,
}: Pick<Settings, 'kafka' | 'distributed'>): readonly string[] {
  return [...kafkaSecrets(kafka), ...(distributed === null ? [] : urlSecrets(distributed.mongo.url))];
}

function kafkaSecrets(kafka: Settings['kafka']): readonly string[] {
  const key = kafka?.tls?.key;
  const sasl = kafka?.sasl ?? null;
  return [
    ...(key === undefined ? [] : [key]),
    ...(sasl === null ? [] : [sasl.mechanism === 'oauthbearer' ? sasl.clientSecret : sasl.password]),
  ];
}

/** The address, and its password as it stands there and as it is meant. */
function urlSecrets(url: string): readonly string[] {
  const password = /^[^:]+:\/\/[^:@/]*:([^@/]*)@/.exec(url)?.[1] ?? '';
  return password === '' ? [] : [url, password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
