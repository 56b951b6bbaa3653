import type { NotifierFactory, Notify } from '../../app/ports.js';
import type { Emit } from '../../app/telemetry-events.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { NotifierConfig } from '../../domain/rules/rule-set.js';
import { createLogNotifier } from './log-notifier.js';
import { createPostJson } from './post-json.js';
import { createWebhookNotifier } from './webhook-notifier.js';

export interface NotifierFactoryDependencies {
  readonly emit: Emit;
  /** Of Tocsin. */
  readonly version: string;
  /** Unix ms. */
  readonly now: () => number;
  /** The value of the environment variable that a notifier names as its secret; null when there is none. */
  readonly secretOf: (name: string) => string | null;
}

/**
 * Makes senders. One that can't work (no secret, no usable address) is told to telemetry once and refuses every
 * notification with the reason: nothing is ever sent unsigned that should be signed.
 */
export function createNotifierFactory(dependencies: NotifierFactoryDependencies): NotifierFactory {
  const { emit, version, now, secretOf } = dependencies;
  const post = createPostJson();
  const told = new Set<string>();

  const refusing = (config: NotifierConfig, message: string): Notify => {
    if (!told.has(message)) {
      told.add(message);
      const error = new TocsinError(message, { code: 'notifier-unusable', retriable: false });
      emit({ kind: 'background-failed', task: `notifier ${config.id}`, error });
    }
    return () => Promise.resolve({ kind: 'rejected', error: message });
  };

  return (config) => {
    if (config.type === 'log') return createLogNotifier(emit);
    const url = config.url !== null && URL.canParse(config.url) ? new URL(config.url) : null;
    if (url === null || !['http:', 'https:'].includes(url.protocol)) {
      return refusing(config, `The notifier "${config.id}" has no http or https address: correct its url.`);
    }
    const secret = config.secretEnv === null ? null : secretOf(config.secretEnv);
    if (config.secretEnv !== null && (secret === null || secret === '')) {
      return refusing(
        config,
        `The notifier "${config.id}" signs with the secret in ${config.secretEnv}, which is not set: set ${config.secretEnv} or ${config.secretEnv}_FILE and start again.`,
      );
    }
    return createWebhookNotifier({ url, secret, post, version, now });
  };
}
