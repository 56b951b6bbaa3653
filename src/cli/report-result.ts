import type { PresentedSummary } from '../adapters/http/present-summary.js';

/** A report, or why what was asked for can't be understood. */
export type ReportResult =
  | { readonly ok: true; readonly summary: PresentedSummary }
  | { readonly ok: false; readonly problems: readonly { readonly name: string; readonly message: string }[] };
