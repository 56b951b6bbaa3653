/** `INC-42` on shard 0, `INC-3-42` on shard 3. */
export function formatIncidentId(shard: number, number: number): string {
  return shard === 0 ? `INC-${number}` : `INC-${shard}-${number}`;
}

/** The shard and number in an id, or null where it is none. */
export function parseIncidentId(id: string): { readonly shard: number; readonly number: number } | null {
  const match = /^INC-(?:([1-9][0-9]*)-)?([1-9][0-9]{0,14})$/.exec(id);
  if (match?.[2] === undefined) return null;
  return { shard: match[1] === undefined ? 0 : Number(match[1]), number: Number(match[2]) };
}
