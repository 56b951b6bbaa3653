import { expect } from 'chai';
import { readCommandNames } from './mongo-commands.js';

const message = (name: string, padding: number, opCode = 2013): Buffer => {
  const body = Buffer.concat([
    ...[Buffer.alloc(4), Buffer.from([0]), Buffer.alloc(4), Buffer.from([2])],
    ...[Buffer.from(`${name}\0`), Buffer.alloc(padding)],
  ]);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, body]);
};

describe('reading the names of MongoDB commands', () => {
  const stream = Buffer.concat([
    message('isMaster', 30, 2004),
    message('find', 0),
    message('update', 5_000),
    message('ping', 3),
  ]);

  for (const size of [1, 7, 26, 1_000, 100_000]) {
    it(`finds each once in pieces of ${size} bytes`, () => {
      const namesIn = readCommandNames();
      const names: string[] = [];
      for (let at = 0; at < stream.length; at += size) names.push(...namesIn(stream.subarray(at, at + size)));
      expect(names).to.deep.equal(['find', 'update', 'ping']);
    });
  }
});
