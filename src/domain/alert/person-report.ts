import type { JsonValue } from './alert.js';

/** Source of the alerts that people report. */
export const personSource = 'person';

/** How a problem hits whoever reports it. */
export type ReportedImpact = 'blocked' | 'degraded' | 'minor';

/** Where a person hears that it is over. */
export interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly chat?: string;
}

/** What a person wrote, as the body of a report; its alert carries it as `raw`. */
export interface PersonReport {
  readonly summary: string;
  readonly description?: string;
  /** Id in the catalogue, or whatever the person calls it. */
  readonly service?: string;
  readonly affected?: string | readonly string[];
  readonly impact?: ReportedImpact;
  readonly contact: Contact;
}

/** The report that an alert is; null of what a machine sent. Only reports come from people with a body of their own. */
export function reportOf(alert: { readonly source: string; readonly raw?: JsonValue }): PersonReport | null {
  if (alert.source !== personSource || alert.raw === undefined) return null;
  return alert.raw as unknown as PersonReport | null;
}

/** What the reporter keeps to look the report up. */
export function receiptOf(fingerprint: string): string {
  return `R-${fingerprint}`;
}

/** The fingerprint of the report's alert, or null where it is no receipt. */
export function parseReceipt(receipt: string): string | null {
  return /^R-([0-9a-f]{16})$/.exec(receipt)?.[1] ?? null;
}
