import type { Field } from '../alert/matcher.js';
import { formatField } from '../rules/field.js';
import { classesOf } from '../rules/match-index/rule-classes.js';
import type { FieldClasses } from '../rules/match-index/value-classes.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { ReadWitness } from './alert-subject.js';
import type { Question } from './answer-to.js';

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
    const question = known.get(key);
    if (question !== undefined) return question;
    const made = make();
    known.set(key, made);
    return made;
  };
  const whole = (field: Field): Question => one(formatField(field), () => field);
  const always = alwaysAsked.map(whole);
  /** Where the very value is always asked for its class says nothing more. */
  const ofMatcher = (ofField: FieldClasses): Question => {
    const name = formatField(ofField.field);
    return alwaysAsked.some((field) => formatField(field) === name)
      ? whole(ofField.field)
      : { kind: 'class', classes: ofField };
  };
  return {
    begin() {
      const asked = new Set(always);
      const taken = new Set<Question>();
      return {
        witness: {
          read(field) {
            const ofField = field.kind === 'service' ? undefined : classes.of(field);
            if (ofField !== undefined) asked.add(one(ofField, () => ofMatcher(ofField)));
          },
          taken: (field) => void taken.add(whole(field)),
          asked: (schedule) => void asked.add(one(schedule, () => ({ kind: 'schedule', schedule }))),
          drawn: (canary) => void asked.add(one(canary, () => ({ kind: 'drawn', canary }))),
          drawnBy: (field) => void asked.add(whole(field)),
        },
        questions(writtenAnew) {
          if (writtenAnew.length === 0) return asked;
          // What rules wrote and others read hangs on all that was written out of the message.
          const read = new Set([...asked].map(nameOfRead));
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
