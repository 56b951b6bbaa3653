/** How an incident was ended, for statistics; `other` where somebody only wrote a text. */
export const resolutionKinds = [
  'fixed',
  'workaround',
  'rolled-back',
  'recovered',
  'false-alarm',
  'duplicate',
  'accepted',
  'other',
] as const;
export type ResolutionKind = (typeof resolutionKinds)[number];

/** What people know of an incident at its end. */
export interface Conclusion {
  readonly resolutionKind: ResolutionKind | null;
  readonly resolution: string | null;
  readonly rootCause: string | null;
  /** What was learned, or where that is written down. */
  readonly review: string | null;
}

/** What a command that ends an incident may say about it. */
export interface ConclusionSaid {
  readonly resolutionKind?: ResolutionKind;
  readonly resolution?: string;
  readonly rootCause?: string;
  readonly review?: string;
}

/** What is known with what is said now. A resolution without a kind is one of kind `other`. */
export function conclude(known: Conclusion, said: ConclusionSaid): Conclusion {
  const resolution = said.resolution ?? known.resolution;
  const unnamed = resolution === null ? null : 'other';
  return {
    resolutionKind: said.resolutionKind ?? known.resolutionKind ?? unnamed,
    resolution,
    rootCause: said.rootCause ?? known.rootCause,
    review: said.review ?? known.review,
  };
}
