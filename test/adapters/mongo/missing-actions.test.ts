import { expect } from 'chai';
import { missingActions } from '../../../src/adapters/mongo/missing-actions.js';

/** As the role readWrite shows in `connectionStatus`, with much that Tocsin does not need. */
const readWrite = [
  ...[
    'collStats',
    'convertToCapped',
    'createCollection',
    'createIndex',
    'dbHash',
    'dbStats',
    'dropCollection',
  ],
  ...['find', 'insert', 'killCursors', 'listCollections', 'listIndexes', 'remove', 'update'],
];

describe('what a user of MongoDB may not do', () => {
  it('is nothing with readWrite on the database, on all databases, or with everything', () => {
    for (const [resource, actions] of [
      [{ db: 'triage', collection: '' }, readWrite],
      [{ db: '', collection: '' }, readWrite],
      [{ anyResource: true }, ['anyAction']],
    ] as const)
      expect(missingActions([{ resource, actions }], 'triage')).to.deep.equal([]);
  });

  it('is all that only another database, or only one collection, is open for', () => {
    const privileges = [
      { resource: { db: 'other', collection: '' }, actions: readWrite },
      { resource: { db: 'triage', collection: 'alerts' }, actions: ['insert'] },
      { resource: { db: 'triage', collection: '' }, actions: ['find', 'listCollections', 'listIndexes'] },
    ];
    expect(missingActions(privileges, 'triage')).to.deep.equal([
      ...['insert', 'update', 'remove', 'createCollection', 'createIndex'],
    ]);
  });
});
