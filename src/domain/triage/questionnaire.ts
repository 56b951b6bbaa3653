import type { Field } from '../alert/matcher.js';
import { formatField } from '../rules/field.js';
import { classesOf } from '../rules/match-index/rule-classes.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { ReadWitness } from './alert-subject.js';
import type { Question } from './verdict-tree.js';

/** Notes what a verdict over a message hangs on. The same question is the same object for all messages. */
export interface Questionnaire {
  begin(): Notes;
}

export interface Notes {
  /** Sees the message being described. */
  readonly witness: ReadWitness;
  /** `writtenAnew`: the fields into which the rules that matched put what they took out of the message. */
  questions(writtenAnew: readonly string[]): ReadonlySet<Question>;
}

/** What rules leave alone goes into the description as it is, whether or not a rule has asked for it. */
const alwaysAsked: readonly Field[] = (['service', 'severity', 'env', 'category', 'runbook'] as const).map(
  (name) => ({ kind: 'alert', name }),
);

export function createQuestionnaire(rules: RuleSet): Questionnaire {
  const classes = classesOf(rules);
  const known = new Map<unknown, Question>();
  const one = (key: unknown, make: () => Question): Question => {
    const question = known.get(key) ?? make();
    known.set(key, question);
    return question;
  };
  const whole = (field: Field): Question => one(formatField(field), () => field);
  return {
    begin() {
      const asked = new Set(alwaysAsked.map(whole));
      const read = new Set<string>();
      const taken = new Set<Question>();
      return {
        witness: {
          read(field) {
            const ofField = field.kind === 'service' ? undefined : classes.of(field);
            if (ofField === undefined || asked.has(whole(field))) return;
            asked.add(one(ofField, () => ({ kind: 'class', classes: ofField })));
          },
          taken: (field) => void taken.add(whole(field)),
          asked: (schedule) => void asked.add(one(schedule, () => ({ kind: 'schedule', schedule }))),
          drawn: (canary) => void asked.add(one(canary, () => ({ kind: 'drawn', canary }))),
          drawnBy: (field) => void asked.add(whole(field)),
        },
        questions(writtenAnew) {
          // What rules wrote and others read hangs on all that was written out of the message.
          for (const question of asked) read.add(nameOfRead(question));
          return writtenAnew.some((name) => read.has(name)) ? new Set([...asked, ...taken]) : asked;
        },
      };
    },
  };
}

function nameOfRead(question: Question): string {
  if (question.kind === 'schedule' || question.kind === 'drawn') return '';
  return formatField(question.kind === 'class' ? question.classes.field : question);
}
