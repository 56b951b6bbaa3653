import { readFileSync } from 'node:fs';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { alertmanagerV2 } from '../../../src/domain/sources/alertmanager-v2.js';
import { inRepository } from '../fixture-bundle.js';

/** An alert as a Prometheus rule of some project defines it: test/fixtures/alert-definitions. */
export interface AlertDefinition {
  /** Folder and file of the rule. */
  readonly project: string;
  readonly alert: string;
  readonly severity?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary?: string;
  readonly description?: string;
}

export function readDefinitions(): readonly AlertDefinition[] {
  const path = inRepository('test', 'fixtures', 'alert-definitions', 'definitions.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as AlertDefinition);
}

/** The alert as intake maps it when Prometheus sends it. */
export function incomingAlert(definition: AlertDefinition): IncomingAlert {
  const { alert, severity, labels, summary, description } = definition;
  const body = [
    {
      labels: { alertname: alert, ...labels, ...(severity !== undefined && { severity }) },
      annotations: {
        ...(summary !== undefined && { summary }),
        ...(description !== undefined && { description }),
      },
    },
  ];
  const [mapped] = alertmanagerV2.map(body, { now: 0, wellFormed: true }).alerts;
  if (mapped === undefined) throw new Error(`The source refuses ${alert}.`);
  return mapped;
}
