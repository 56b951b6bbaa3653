import { alertmanagerV2 } from './alertmanager-v2.js';
import { alertmanagerWebhook } from './alertmanager-webhook.js';
import { grafana } from './grafana.js';
import { native } from './native.js';
import type { Source } from './source.js';

/** The webhooks that are served under `/webhooks/{id}`. To add one: its file beside this one, its schema, a line here. */
export const webhookSources: ReadonlyMap<string, Source> = new Map(
  [alertmanagerWebhook, grafana].map((source): [string, Source] => [source.id, source]),
);

/** Every way in. */
export const alertSources: readonly Source[] = [alertmanagerV2, native, ...webhookSources.values()];
