import { readFileSync } from 'node:fs';

/** A payload of test/fixtures/payloads, parsed. Paths are as seen from the compiled test in dist/test/support. */
export function payloadFixture(name: string): unknown {
  const file = new URL(`../../../test/fixtures/payloads/${name}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}
