import { alertmanagerEvents } from './alertmanager-events.js';
import { alertmanagerV2 } from './alertmanager-v2.js';
import { alertmanagerWebhook } from './alertmanager-webhook.js';
import { grafana } from './grafana.js';
import { native } from './native.js';
import type { Source } from './source.js';

/** What a message of a topic is. */
export const messageFormats = ['json', 'ndjson', 'lines', 'alertmanager', 'alertmanager-events'] as const;
export type MessageFormat = (typeof messageFormats)[number];

/** Sources that Tocsin knows itself, by id, that messages of a format can be of; the first unless told. Of others the bundle declares one. */
export const sourcesOfFormat: Readonly<Record<MessageFormat, ReadonlyMap<string, Source>>> = {
  json: byId(native, alertmanagerV2, alertmanagerWebhook, grafana),
  ndjson: byId(native),
  lines: byId(),
  alertmanager: byId(alertmanagerWebhook),
  'alertmanager-events': byId(alertmanagerEvents),
};

function byId(...sources: readonly Source[]): ReadonlyMap<string, Source> {
  return new Map(sources.map((source) => [source.id, source]));
}
