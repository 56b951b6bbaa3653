import type { RE2JS } from 're2js';
import type { Severity } from '../alert/alert.js';
import type { MessagePath } from './message-path.js';

/** Where a text of the alert comes from: a place in the message, and what it is where nothing stands there; or always the same. */
export type DeclaredText =
  { readonly from: MessagePath; readonly byDefault: string | null } | { readonly value: string };

/** How a time is written. */
export const timeUnits = ['rfc3339', 's', 'ms'] as const;
export type TimeUnit = (typeof timeUnits)[number];

export interface DeclaredTime {
  readonly from: MessagePath;
  readonly unit: TimeUnit;
}

/** A sender's format as the bundle declares it (`kind: Source`): which parts of a message become which parts of an alert. */
export interface DeclaredSource {
  /** The alerts' `source`. */
  readonly id: string;
  /** Of lines: what a line must look like to become an alert; its named groups are the fields. Null: any line, with the field `line`. */
  readonly pattern: RE2JS | null;
  /** Messages that say something else at this place are no alerts. */
  readonly only: { readonly from: MessagePath; readonly values: ReadonlySet<string> } | null;
  /** A list in the message, of which each item becomes an alert; null: the message becomes one. */
  readonly each: MessagePath | null;
  readonly labels: ReadonlyMap<string, DeclaredText>;
  readonly annotations: ReadonlyMap<string, DeclaredText>;
  readonly values: ReadonlyMap<string, MessagePath>;
  readonly title: DeclaredText | null;
  readonly env: DeclaredText | null;
  readonly service: DeclaredText | null;
  readonly category: DeclaredText | null;
  /** `words`, in small letters, come before those that every source may use. */
  readonly severity: { readonly text: DeclaredText; readonly words: ReadonlyMap<string, Severity> } | null;
  /** The words, in small letters, that say it is over. */
  readonly resolved: { readonly from: MessagePath; readonly words: ReadonlySet<string> } | null;
  readonly startsAt: DeclaredTime | null;
  readonly endsAt: DeclaredTime | null;
}
