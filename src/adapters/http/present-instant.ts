/** Unix ms as RFC 3339 in UTC with milliseconds. */
export function presentInstant(at: number): string {
  return new Date(at).toISOString();
}

/** The same for what may not have happened yet. */
export function presentOptionalInstant(at: number | null): string | null {
  return at === null ? null : presentInstant(at);
}
