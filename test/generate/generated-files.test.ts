import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.js';
import { parseExposition } from '../support/parse-exposition.js';
import { generatedFiles } from './generated-files.js';
import { nodeMetrics } from './metrics-page.js';

describe('the generated files', () => {
  it('are those that `npm run generate` writes', async () => {
    for (const { path, text } of await generatedFiles()) {
      expect(await readFile(path, 'utf8'), `${path}: run \`npm run generate\``).to.equal(text);
    }
  });
});

describe('the page of metrics', () => {
  it('names metrics of Node.js that are there', async function () {
    if (process.platform !== 'linux') this.skip();
    const telemetry = createTelemetry({ level: 'fatal', format: 'json', write: () => undefined });
    const { types } = parseExposition((await telemetry.metrics()).text);
    expect([...types.keys()]).to.include.members(Object.keys(nodeMetrics));
  });
});
