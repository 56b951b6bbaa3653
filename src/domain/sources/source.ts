import type { IncomingAlert } from '../alert/alert.js';

/** Names of the schemas that bodies of sources are held against (`schemas/<name>.schema.json`). */
export type SourceSchema =
  'alert' | 'alertmanager-v2-alerts' | 'alertmanager-webhook' | 'alertmanager-event' | 'grafana-webhook';

export interface MapContext {
  /** Unix ms at intake: used to judge what a sender claims, never written into an alert. */
  readonly now: number;
  /** Whoever decoded the body knows that no string in it holds half a surrogate pair. */
  readonly wellFormed: boolean;
}

/** Why one alert of a body, or a place in it, was not taken. `pointer` is a JSON pointer into the body. */
export interface Rejection {
  readonly pointer: string;
  readonly message: string;
}

export interface Mapped {
  /** In the body's order. */
  readonly alerts: readonly IncomingAlert[];
  /** Alerts that are wrong in themselves; the others of the body stand. */
  readonly rejected: readonly Rejection[];
  /** Messages of the format that are no alerts. */
  readonly ignored: number;
  /** Only where the format refuses the whole body for it: then nothing of the body is taken. */
  readonly malformed?: readonly (Rejection & { readonly keyword: string })[];
}

/** One sender's format: how its payload becomes alerts. Pure data and functions; to add one, see registry.ts. */
export interface Source {
  /** The alerts' `source`, and its path name if it is a webhook. */
  readonly id: string;
  readonly schema: SourceSchema;
  /**
   * Of a format whose body is an array of alerts, each mapped without a look at the others: the field in which a repeat
   * differs from the message before, a time that becomes `endsAt`.
   */
  readonly movingField?: 'endsAt';
  /** Maps a body that the schema accepts. */
  map(body: unknown, context: MapContext): Mapped;
}
