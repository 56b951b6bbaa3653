import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

/** Relative to the repository, which is the working directory. */
export const prometheusRulesPath = 'grafana/prometheus/tocsin.rules.yml';

/** The rules about Tocsin for its Prometheus. */
export async function readPrometheusRules(): Promise<readonly RuleGroup[]> {
  const { groups } = parse(await readFile(prometheusRulesPath, 'utf8')) as { groups: RuleGroup[] };
  return groups;
}

export function alertRulesOf(groups: readonly RuleGroup[]): readonly AlertRule[] {
  return groups.flatMap(({ rules }) => rules.filter((rule): rule is AlertRule => 'alert' in rule));
}

export function recordingRulesOf(groups: readonly RuleGroup[]): readonly RecordingRule[] {
  return groups.flatMap(({ rules }) => rules.filter((rule): rule is RecordingRule => 'record' in rule));
}
