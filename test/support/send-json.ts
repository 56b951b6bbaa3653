export interface JsonAnswer<T> {
  readonly status: number;
  /** null where the body is empty. */
  readonly body: T;
}

export interface JsonRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request with a JSON body (POST unless said otherwise) and its JSON answer. Rejects only where no answer came. */
export async function sendJson<T = unknown>(url: string, request: JsonRequest = {}): Promise<JsonAnswer<T>> {
  const response = await fetch(url, {
    method: request.method ?? 'POST',
    headers: {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

/** The JSON of a GET that must succeed. */
export async function getJson<T>(url: string): Promise<T> {
  const { status, body } = await sendJson<T>(url, { method: 'GET' });
  if (status !== 200) throw new Error(`GET ${url} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
