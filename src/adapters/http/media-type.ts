/** A Content-Type header taken apart: type in lower case, charset in lower case or null where none is named. */
export interface MediaType {
  readonly type: string;
  readonly charset: string | null;
}

const charsetParameter = /;\s*charset\s*=\s*"?([^\s";]+)"?/i;

export function parseMediaType(header: string | undefined): MediaType {
  // What nearly every sender writes.
  if (header === 'application/json') return { type: header, charset: null };
  if (header === undefined) return { type: '', charset: null };
  const semicolon = header.indexOf(';');
  const type = (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
  return { type, charset: charsetParameter.exec(header)?.[1]?.toLowerCase() ?? null };
}

/** `application/json` or a type built on it, such as `application/cloudevents+json`. */
export function isJson(media: MediaType): boolean {
  return media.type === 'application/json' || /^application\/[^\s/]+\+json$/.test(media.type);
}
