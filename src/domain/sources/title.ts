import type { Labels } from '../alert/alert.js';

/** One line for people: the summary if the sender wrote one, else the alert's name, else the first label. */
export function titleOf(labels: Labels, annotations: Labels): string {
  const said = annotations['summary'] ?? '';
  if (said !== '') return said;
  const name = labels['alertname'];
  if (name !== undefined) return name;
  for (const label in labels) return `${label}=${labels[label] ?? ''}`;
  return '';
}
