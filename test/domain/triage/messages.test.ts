import { expect } from 'chai';
import { deadLetterId, type UnreadMessage } from '../../../src/domain/alert/dead-letter.js';
import { alert, createWorld, morning, type World } from '../../support/engine-world.js';

const partition = { topic: 'builds', partition: 0, incarnation: 1, at: morning };

/** One alert of each message, in the order of the offsets. */
function read(world: World, offsets: readonly number[], from = partition): void {
  const alerts = offsets.map((offset) => alert({ labels: { alertname: 'Broken', build: String(offset) } }));
  world.append({ kind: 'alerts', alerts, origin: { ...from, offsets } });
}

function unread(offset: number, from = partition): UnreadMessage {
  const origin = { ...from, offset };
  return {
    ...{ id: deadLetterId(origin), source: 'ci', reason: 'not-json', detail: 'no JSON', origin },
    ...{ encoding: 'utf8', text: '{', bytes: 1, cut: false },
  };
}

describe('messages of external topics', () => {
  const seen = (world: World) =>
    world
      .alerts()
      .map(({ labels, receivedCount }) => [Number(labels['build']), receivedCount])
      .sort(([a = 0], [b = 0]) => a - b);

  it('count once when they come again, however they are cut into batches', () => {
    const world = createWorld();
    read(world, [1, 2, 3]);
    read(world, [1, 2, 3, 4]);
    read(world, [3, 4]);
    read(world, [4, 5, 5]);
    expect(seen(world)).to.deep.equal([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 2],
    ]);
  });

  it('count apart for each partition and each topic', () => {
    const world = createWorld();
    read(world, [1]);
    read(world, [1], { ...partition, partition: 1 });
    read(world, [1], { ...partition, topic: 'others' });
    expect(seen(world)).to.deep.equal([[1, 3]]);
  });

  it('count anew when the topic was made anew, and late ones of the topic before count once', () => {
    const world = createWorld();
    read(world, [1, 2]);
    read(world, [1], { ...partition, incarnation: 2 });
    read(world, [2, 3]);
    read(world, [1, 2], { ...partition, incarnation: 2 });
    expect(seen(world)).to.deep.equal([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  it('that could not be read are kept once and counted by source and reason', () => {
    const world = createWorld();
    world.append({ kind: 'dead-letter', message: unread(7) });
    world.append({ kind: 'dead-letter', message: unread(7) });
    expect(world.deadLetters()).to.deep.equal([
      { ...unread(7), at: morning, replayedAt: null, replayedBy: null },
    ]);
    expect(world.total('dead_letters', 'ci\u0000not-json')).to.equal(1);
  });

  it('of which one part can be read and another can not are alerts and a dead letter, in any order', () => {
    const world = createWorld();
    read(world, [5, 6]);
    world.append({ kind: 'dead-letter', message: unread(6) }, { kind: 'dead-letter', message: unread(7) });
    world.append({ kind: 'dead-letter', message: unread(9) });
    read(world, [9]);
    expect(world.deadLetters().map(({ origin }) => origin.offset)).to.deep.equal([6, 7, 9]);
    expect(seen(world).map(([build]) => build)).to.deep.equal([5, 6, 9]);
  });

  it('are triaged when their dead letter is replayed, and a second time changes nothing', () => {
    const world = createWorld();
    world.append({ kind: 'dead-letter', message: unread(7) });
    const [letter] = world.deadLetters();
    const command = { name: 'replay-dead-letter', letter: letter!, alerts: [alert()] } as const;
    const idempotency = { key: `replay ${letter!.id}`, bodyHash: letter!.id };
    for (const by of ['ines', 'marco']) {
      expect(world.ask(command, { by, idempotency })).to.include({ result: 'applied', subject: letter!.id });
    }
    expect(world.alert()).to.include({ receivedCount: 1, incident: 'INC-1' });
    expect(world.deadLetters()).to.deep.equal([{ ...letter, replayedAt: morning, replayedBy: 'ines' }]);
  });
});
