import type { Source } from './source.js';
import { mapWebhookMessage, type WebhookAlert, type WebhookMessage } from './webhook-message.js';

/**
 * The webhook message of Alertmanager, versions 3 and 4, with whatever fields its release has. The sender's fingerprint is
 * not used: receivers in between rewrite labels and leave it. With `truncatedAlerts` above 0 nothing may be
 * concluded from an alert that is not listed, and nothing is.
 */
export const alertmanagerWebhook: Source = {
  id: 'alertmanager',
  schema: 'alertmanager-webhook',
  map: (body, context) =>
    mapWebhookMessage(body as WebhookMessage<WebhookAlert>, {
      source: alertmanagerWebhook.id,
      context,
      beside: ({ generatorURL }) => (generatorURL ? { raw: { generatorURL } } : {}),
    }),
};
