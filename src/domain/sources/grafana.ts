import type { IncomingAlert, JsonValue } from '../alert/alert.js';
import { type LegacyMessage, mapLegacyMessage } from './grafana-legacy.js';
import { measuredValues } from './grafana-values.js';
import type { MapContext, Mapped, Source } from './source.js';
import { mapWebhookMessage, type WebhookAlert, type WebhookMessage } from './webhook-message.js';

interface GrafanaAlert extends WebhookAlert {
  /** By the letter of the query or expression. Since Grafana 9.2; null where the rule had nothing to evaluate. */
  readonly values?: Readonly<Record<string, number | null>> | null;
  readonly valueString?: string;
  readonly silenceURL?: string;
  readonly dashboardURL?: string;
  readonly panelURL?: string;
  readonly imageURL?: string;
  readonly orgId?: number;
}

type GrafanaMessage = WebhookMessage<GrafanaAlert>;

const links = ['silenceURL', 'dashboardURL', 'panelURL', 'imageURL'] as const;

/**
 * The webhook contact point of Grafana's unified alerting (version 1), and the message of its legacy alerting, which
 * Grafana 11 gave up. There is no severity but that of a label `severity`. The sender's fingerprint is not used, as with
 * Alertmanager, and nothing is concluded from alerts that `truncatedAlerts` left out.
 */
export const grafana: Source = {
  id: 'grafana',
  schema: 'grafana-webhook',
  map: (body, context) => mapBody(body as GrafanaMessage | LegacyMessage, context),
};

function mapBody(body: GrafanaMessage | LegacyMessage, context: MapContext): Mapped {
  if (!('alerts' in body)) return mapLegacyMessage(body, { source: grafana.id, context });
  return mapWebhookMessage(body, {
    source: grafana.id,
    context,
    beside: (alert) => besideOf(alert, body.externalURL),
  });
}

function besideOf(
  alert: GrafanaAlert,
  externalURL: string | undefined,
): Pick<IncomingAlert, 'values' | 'raw'> {
  const raw: Record<string, JsonValue> = {};
  if (alert.generatorURL) raw['generatorURL'] = absolute(alert.generatorURL, externalURL);
  for (const name of links) if (alert[name]) raw[name] = alert[name];
  if (alert.orgId !== undefined) raw['orgId'] = alert.orgId;
  const values = measuredValues(alert.values ?? alert.valueString);
  return values === null ? { raw } : { values, raw };
}

/** A contact point's test sends `?orgId=1`, which only leads somewhere behind Grafana's own address. */
function absolute(url: string, externalURL: string | undefined): string {
  const relative = url.startsWith('?') || /^\/(?!\/)/.test(url);
  if (!relative || externalURL === undefined || !/^https?:\/\/[^?#]+$/.test(externalURL)) return url;
  return `${externalURL.replace(/\/$/, '')}${url.startsWith('?') ? '/' : ''}${url}`;
}
