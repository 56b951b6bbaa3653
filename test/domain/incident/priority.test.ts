import { expect } from 'chai';
import fc from 'fast-check';
import { priorities, type Priority } from '../../../src/domain/incident/scales.js';
import {
  higherLevel,
  isMoreImportant,
  priorityOf,
  type PriorityPolicy,
} from '../../../src/domain/incident/priority.js';
import { sampleRules } from '../../support/sample-rules.js';

const levels = ['high', 'medium', 'low'];
const sample = sampleRules().priority;

/** A matrix that never gets less important towards higher levels. */
const monotone = fc.array(fc.nat(2), { minLength: 9, maxLength: 9 }).map((steps): PriorityPolicy => {
  const matrix: Record<string, Record<string, Priority>> = {};
  for (const [row, impact] of levels.entries()) {
    matrix[impact] = {};
    for (const [column, urgency] of levels.entries()) {
      const above = [matrix[levels[row - 1] ?? '']?.[urgency], matrix[impact][levels[column - 1] ?? '']];
      const least = Math.max(0, ...above.map((each) => (each === undefined ? 0 : priorities.indexOf(each))));
      const rank = Math.min(4, least + (steps[row * 3 + column] ?? 0));
      matrix[impact][urgency] = priorities[rank] ?? 'P5';
    }
  }
  return { ...sample, impacts: levels, urgencies: levels, matrix };
});

const level = fc.constantFrom(...levels);

describe('priority', () => {
  it('is the matrix at impact and urgency', () => {
    expect(priorityOf(sample, 'high', 'high')).to.equal('P1');
    expect(priorityOf(sample, 'low', 'medium')).to.equal('P4');
  });

  it('never falls when impact or urgency rises, whatever the monotone matrix', () => {
    fc.assert(
      fc.property(monotone, fc.tuple(level, level, level), (policy, [impact, urgency, other]) => {
        const now = priorityOf(policy, impact, urgency);
        const raised = [
          priorityOf(policy, higherLevel(levels, impact, other), urgency),
          priorityOf(policy, impact, higherLevel(levels, urgency, other)),
        ];
        for (const each of raised)
          expect(isMoreImportant(now, each), `${now} fell to ${each}`).to.equal(false);
      }),
    );
  });

  it('of a level that the scale does not know is that of the least important one', () => {
    expect(priorityOf(sample, 'unheard', 'of')).to.equal('P5');
    expect(higherLevel(levels, 'unheard', 'low')).to.equal('low');
    expect(higherLevel(levels, 'medium', 'unheard')).to.equal('medium');
  });
});
