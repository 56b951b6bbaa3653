import { join } from 'node:path';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { openEventStream, type EventStream, type SentEvent } from '../support/event-stream.js';
import { getJson, sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import type { IncidentView } from '../support/tocsin-client.js';

interface Happened {
  readonly incident: string;
  readonly events: readonly string[];
}

describe('the stream of the running service', function () {
  this.timeout(60_000);
  let work: TempDir;
  let tocsin: TocsinProcess;

  beforeEach(async () => {
    work = await makeTempDir('stream');
    await writeAcceptanceBundle(join(work.path, 'rules'), { labels: [], groupBy: [] });
    await start();
  });
  afterEach(async () => {
    await tocsin.kill();
    await work.remove();
  });

  async function start(): Promise<void> {
    tocsin = await startTocsin({ dataDir: join(work.path, 'data'), rulesDir: join(work.path, 'rules') });
  }
  const open = (after?: string): Promise<EventStream> =>
    openEventStream(`${tocsin.url}/api/v1/stream`, after === undefined ? {} : { 'Last-Event-ID': after });

  /** The id of the incident to which this happens next. */
  async function incidentOf(stream: EventStream, type: string): Promise<string> {
    for (;;) {
      const event = await stream.next(10_000);
      if (event === null) throw new Error(`The stream ended. So far:\n${stream.text()}`);
      const timelines = (event.data['timelines'] ?? []) as Happened[];
      const found = timelines.find(({ events }) => events.includes(type));
      if (found !== undefined) return found.incident;
    }
  }

  it('tells what happens when it can be read, lets the service stop, and goes on after a restart', async () => {
    const stream = await open();
    expect(await stream.next()).to.include({ event: 'start' });
    await sendJson(`${tocsin.url}/api/v1/alerts`, { body: { labels: { alertname: 'Streamed' } } });
    const opened = await incidentOf(stream, 'opened');
    const at = `${tocsin.url}/api/v1/incidents/${opened}`;
    expect((await getJson<IncidentView>(at)).state).to.equal('new');
    await sendJson(`${at}/acknowledge`, { body: { by: 'ines' } });
    expect(await incidentOf(stream, 'acknowledged')).to.equal(opened);
    const seen = stream.lastId();

    const began = performance.now();
    const { code } = await tocsin.stop();
    expect(code, tocsin.logs()).to.equal(0);
    expect(performance.now() - began).to.be.below(4_000);
    let last: SentEvent | null = null;
    for (let event = await stream.next(); event !== null; event = await stream.next()) last = event;
    expect(last?.event ?? 'changes').to.equal('changes');

    await start();
    const again = await open(seen);
    const kinds: string[] = [];
    for (let event = await again.next(); event !== null; event = await again.next()) {
      kinds.push(event.event);
      if (event.event !== 'changes') break;
    }
    expect(kinds.at(-1)).to.be.oneOf(['resumed', 'reset']);
    again.close();

    const newest = await open();
    await newest.next();
    await sendJson(`${tocsin.url}/api/v1/incidents/${opened}/note`, { body: { by: 'ines', text: 'x' } });
    expect(await incidentOf(newest, 'noted')).to.equal(opened);
    const position = newest.lastId();
    newest.close();
    const resumed = await open(position);
    expect((await resumed.next())?.event).to.equal('resumed');
    resumed.close();
  });
});
