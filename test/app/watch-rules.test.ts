import { expect } from 'chai';
import type { BundleFiles } from '../../src/domain/rules/bundle.js';
import type { ReloadFailure, ReloadRequest, ReloadResult } from '../../src/app/reload-rules.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import { watchRules } from '../../src/app/watch-rules.js';
import { sampleRules } from '../support/sample-rules.js';
import { createVirtualClock } from '../support/virtual-clock.js';

const gone = new TocsinError('There is no .yaml file.', { code: 'rules-unreadable', retriable: false });

/** A disk that holds one text, a desk that loads any but `broken`, and hints by hand. */
function createWorld() {
  const clock = createVirtualClock();
  const events: TelemetryEvent[] = [];
  let disk: string | Error = 'first';
  let reads = 0;
  let force = 'first';
  let failure: ReloadFailure | null = null;
  const reloads: string[] = [];
  let refuse: Error | null = null;
  let onRead = (): void => undefined;
  let on: { hint: () => void; failure: (error: unknown) => void } | null = null;
  let closed = false;

  async function reload({ by, origin, read }: ReloadRequest): Promise<ReloadResult> {
    const text = await read!().then(
      (files) => files.get('text')!,
      (error: unknown) => error as Error,
    );
    reloads.push(typeof text === 'string' ? text : `error: ${text.message}`);
    const error = refuse ?? (typeof text === 'string' ? null : text);
    failure = { by, origin, at: clock.now(), issues: [], message: 'no' };
    if (error !== null) throw error;
    if (text === 'broken') return { kind: 'refused', revision: force, issues: [] };
    failure = null;
    force = text as string;
    return { kind: 'reloaded', revision: force, issues: [], warming: [] };
  }
  const watch = watchRules({
    watch: (listeners) => {
      on = listeners;
      return {
        close: () => {
          closed = true;
        },
      };
    },
    reader: {
      read: () => {
        reads += 1;
        const now = disk;
        onRead();
        return typeof now === 'string' ? Promise.resolve(new Map([['text', now]])) : Promise.reject(now);
      },
      hash: (files: BundleFiles) => files.get('text')!,
    },
    rules: { current: () => sampleRules({ hash: force }), lastFailure: () => failure, reload },
    clock,
    emit: (event) => events.push(event),
  });
  return {
    ...{ clock, events, watch, reloads },
    hint: () => {
      on!.hint();
    },
    failWatch: (error: unknown) => {
      on!.failure(error);
    },
    put: (text: string | Error): void => {
      disk = text;
    },
    eachRead: (run: () => void): void => {
      onRead = run;
    },
    refuseWith: (error: Error | null): void => {
      refuse = error;
    },
    byHand: (): Promise<ReloadResult> =>
      reload({ by: 'ada', origin: 'api', read: () => Promise.resolve(new Map([['text', disk as string]])) }),
    reads: () => reads,
    closed: () => closed,
  };
}

describe('the watch over the rules on disk', () => {
  it('takes over what changed once it has been quiet, and only once', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    expect(world.reloads, 'the disk is as at the start').to.deep.equal([]);
    world.put('second');
    world.hint();
    await world.clock.advance(900);
    expect(world.reloads).to.deep.equal([]);
    await world.clock.advance(300);
    expect(world.reloads).to.deep.equal(['second']);
    world.hint();
    await world.clock.advance(120_000);
    expect(world.reloads).to.deep.equal(['second']);
  });

  it('notices what changed between the read of the start and the first watch', async () => {
    const world = createWorld();
    world.put('second');
    await world.clock.advance(2_000);
    expect(world.reloads).to.deep.equal(['second']);
  });

  it('makes one reload of a burst', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    for (let file = 1; file <= 20; file += 1) {
      world.put(`file ${file}`);
      world.hint();
      await world.clock.advance(200);
    }
    await world.clock.advance(2_000);
    expect(world.reloads).to.deep.equal(['file 20']);
  });

  it('looks at a disk that never rests after ten seconds, and takes it only where two reads agree', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.put('second');
    for (let i = 0; i < 60; i += 1) {
      world.hint();
      await world.clock.advance(200);
    }
    expect(world.reloads).to.deep.equal(['second']);
    let edition = 0;
    world.eachRead(() => {
      world.put(`half ${++edition}`);
    });
    world.hint();
    await world.clock.advance(60_000);
    expect(edition).to.be.above(50);
    expect(world.reloads).to.deep.equal(['second']);
    world.eachRead(() => undefined);
    world.put('whole');
    await world.clock.advance(3_000);
    expect(world.reloads).to.deep.equal(['second', 'whole']);
  });

  it('looks by itself now and then, where a file system gives no hints', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.put('second');
    await world.clock.advance(31_000);
    expect(world.reloads).to.deep.equal(['second']);
    const before = world.reads();
    await world.clock.advance(300_000);
    expect(world.reads() - before, 'one read a look while nothing changes').to.be.within(9, 11);
  });

  it('tries a broken bundle once, and then what comes after it, be it the old one', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.put('broken');
    world.hint();
    await world.clock.advance(120_000);
    expect(world.reloads).to.deep.equal(['broken']);
    world.put('first');
    world.hint();
    await world.clock.advance(2_000);
    expect(world.reloads).to.deep.equal(['broken', 'first']);
  });

  it('tells of a bundle that can not be read, but not of one that is away for a moment', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.put(gone);
    world.hint();
    await world.clock.advance(1_050);
    world.put('first');
    await world.clock.advance(10_000);
    expect(world.reloads).to.deep.equal([]);
    world.put(gone);
    world.hint();
    await world.clock.advance(120_000);
    expect(world.reloads).to.deep.equal(['error: There is no .yaml file.']);
    world.put('first');
    await world.clock.advance(31_000);
    expect(world.reloads.at(-1)).to.equal('first');
  });

  it('tries again what the log or the store refused for the moment', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.refuseWith(new TocsinError('The disk is full.', { code: 'log-unavailable', retriable: true }));
    world.put('second');
    world.hint();
    await world.clock.advance(2_000);
    world.refuseWith(null);
    await world.clock.advance(31_000);
    expect(world.reloads).to.deep.equal(['second', 'second']);
  });

  it('leaves alone what was reloaded by hand', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.put('second');
    world.hint();
    await world.byHand();
    await world.clock.advance(60_000);
    expect(world.reloads).to.deep.equal(['second']);
  });

  it('tells that hints may stay out, and goes on looking', async () => {
    const world = createWorld();
    const error = new Error('no watches left');
    world.failWatch(error);
    expect(world.events).to.deep.equal([
      { kind: 'background-failed', task: 'watch the rules on disk', error },
    ]);
    await world.clock.advance(2_000);
    world.put('second');
    await world.clock.advance(31_000);
    expect(world.reloads).to.deep.equal(['second']);
  });

  it('stops at once and for good', async () => {
    const world = createWorld();
    await world.clock.advance(2_000);
    world.put('second');
    world.hint();
    await world.clock.advance(1_050);
    await world.watch.stop();
    expect(world.closed()).to.equal(true);
    world.hint();
    await world.clock.advance(120_000);
    expect(world.reloads).to.deep.equal([]);
    expect(world.clock.waiting()).to.equal(0);
  });
});
