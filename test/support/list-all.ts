interface PageBody<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Every item of a list of the API, page after page. `url` may carry filters and a limit. */
export async function* listAll<T>(url: string): AsyncGenerator<T> {
  const page = new URL(url);
  for (;;) {
    const response = await fetch(page);
    if (!response.ok)
      throw new Error(`GET ${page.href} answered ${response.status}: ${await response.text()}`);
    const { items, next } = (await response.json()) as PageBody<T>;
    yield* items;
    if (next === null) return;
    page.searchParams.set('after', next);
  }
}
