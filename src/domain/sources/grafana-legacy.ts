import type { IncomingAlert, JsonValue } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { pairsProblem, type ReceivedPairs, withoutEmpty } from './label-pairs.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped } from './source.js';

/** What Grafana's legacy alerting posts on each change of a rule's state: one message for the whole rule. */
export interface LegacyMessage {
  readonly ruleName: string;
  readonly state: 'alerting' | 'ok' | 'no_data' | 'pending' | 'paused' | 'unknown';
  readonly ruleId?: number;
  readonly ruleUrl?: string;
  readonly title?: string;
  readonly message?: string;
  readonly imageUrl?: string;
  readonly orgId?: number;
  readonly dashboardId?: number;
  readonly panelId?: number;
  readonly tags?: ReceivedPairs | null;
  readonly evalMatches?:
    readonly { readonly metric?: string | null; readonly value?: number | null }[] | null;
}

/** States that say neither that something is wrong nor that it is over. */
const neither = new Set<LegacyMessage['state']>(['pending', 'paused', 'unknown']);

/**
 * The rule is the alert: which series crossed its threshold changes from message to message, and the one that says `ok`
 * names none, so series can't identify anything.
 */
export function mapLegacyMessage(
  message: LegacyMessage,
  { source, context }: { readonly source: string; readonly context: MapContext },
): Mapped {
  if (neither.has(message.state)) return { alerts: [], rejected: [], ignored: 1 };
  const { ruleName, ruleId } = message;
  const id: ReceivedPairs = ruleId === undefined ? {} : { rule_id: String(ruleId) };
  const labels = withoutEmpty({ ...message.tags, alertname: ruleName, ...id });
  const annotations = annotationsOf(message);
  const problem = pairsProblem(labels, annotations, context.wellFormed);
  if (problem !== null) return { alerts: [], rejected: [refer(problem)], ignored: 0 };
  const values = valuesOf(message);
  const alert: IncomingAlert = {
    source,
    fingerprint: fingerprint(labels),
    severity: severityOf(labels['severity']),
    title: annotations['summary'] ?? ruleName,
    labels,
    annotations,
    ...(message.state === 'ok' ? { resolved: true } : undefined),
    ...(Object.keys(values).length === 0 ? undefined : { values }),
    raw: rawOf(message),
  };
  return { alerts: [alert], rejected: [], ignored: 0 };
}

/** Labels are made of several fields; of what is wrong with them only the tags are a list of pairs themselves. */
function refer({ pointer, message }: { readonly pointer: string; readonly message: string }) {
  return { pointer: pointer.startsWith('/labels/') ? pointer.replace('/labels', '/tags') : '', message };
}

/** The title says the state in front, which is no part of what it is about. */
function annotationsOf({ title, message }: LegacyMessage): Record<string, string> {
  const summary = (title ?? '').replace(/^\[[^\]]*\] /, '');
  return {
    ...(summary === '' ? undefined : { summary }),
    ...(message ? { description: message } : undefined),
  };
}

/** By the name of the series; of two with one name the first counts. */
function valuesOf({ evalMatches }: LegacyMessage): Readonly<Record<string, number>> {
  const values = new Map<string, number>();
  for (const { metric, value } of evalMatches ?? []) {
    const name = metric || 'value';
    if (typeof value === 'number' && !values.has(name)) values.set(name, value);
  }
  return Object.fromEntries(values);
}

function rawOf(message: LegacyMessage): Readonly<Record<string, JsonValue>> {
  const { ruleUrl, imageUrl, orgId, dashboardId, panelId, state } = message;
  const fields = { generatorURL: ruleUrl, imageURL: imageUrl, orgId, dashboardId, panelId, state };
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string | number] => {
      return field[1] !== undefined && field[1] !== '';
    }),
  );
}
