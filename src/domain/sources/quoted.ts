const longest = 100;

/** What a sender wrote, for a message to that sender: in quotes, and cut where it is long. */
export function quoted(text: string | null | undefined): string {
  if (text === undefined || text === null) return String(text);
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
}
