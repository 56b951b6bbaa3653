import { expect } from 'chai';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { createWorld, hour, morning } from '../../support/engine-world.js';

describe('an alert that moved on', () => {
  it('stays in the history of the incident it left as it was then', () => {
    const world = createWorld();
    world.receive({ startsAt: morning });
    world.receive({ startsAt: morning, endsAt: world.now() });
    world.wait(2 * hour);
    world.receive({ startsAt: world.now() });
    const [json] = [...world.ledger.former.values()];
    expect(JSON.parse(json ?? '{}') as Alert).to.include({
      incident: 'INC-1',
      status: 'resolved',
      occurrenceCount: 1,
      startsAt: morning,
      endsAt: morning,
    });
  });
});
