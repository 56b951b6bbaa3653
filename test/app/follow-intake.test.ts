import { expect } from 'chai';
import { followIntake } from '../../src/app/follow-intake.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { sampleIntake } from '../support/sample-rules.js';
import { createVirtualClock } from '../support/virtual-clock.js';

describe('following the topics of the rules', () => {
  const world = (hasBrokers: boolean) => {
    const clock = createVirtualClock();
    const events: TelemetryEvent[] = [];
    const did: (readonly string[] | 'closed')[] = [];
    let intake: RuleSet['intake'] = sampleIntake;
    const topics = {
      follow: (wanted: RuleSet['intake']) => void did.push([...wanted.keys()]),
      close: () => Promise.resolve(void did.push('closed')),
    };
    const following = followIntake({
      rules: { current: () => ({ intake }) },
      topics: hasBrokers ? topics : null,
      clock,
      emit: (event) => events.push(event),
    });
    return {
      ...{ clock, events, did, following },
      use: (next: RuleSet['intake']) => {
        intake = next;
      },
    };
  };

  it('reads those of the start, those of each reload, and none after the stop', async () => {
    const { clock, did, following, use } = world(true);
    await clock.advance(5_000);
    expect(did).to.deep.equal([['alerts']]);
    use(new Map());
    await clock.advance(1_000);
    await following.stop();
    use(sampleIntake);
    await clock.advance(1_000);
    expect(did).to.deep.equal([['alerts'], [], 'closed']);
  });

  it('tells once that nothing is read where there are no brokers', async () => {
    const { clock, events, following } = world(false);
    await clock.advance(5_000);
    await following.stop();
    expect(events).to.deep.equal([{ kind: 'topics-unread', topics: ['alerts'] }]);
  });
});
