import type { PriorityPolicy } from '../incident/priority.js';
import type { Settings } from './compile-settings.js';
import type { Vocabulary } from './compile-vocabulary.js';
import type { FieldType, MatcherContext } from './matcher-context.js';
import type { Service, Team } from './rule-set.js';

type Base = Omit<MatcherContext, keyof Vocabulary>;

export interface MatcherContexts {
  /** Until an alert is bound its `service` is whatever the sender wrote. */
  readonly beforeBind: Base;
  /** From then on it is one of the catalogue, and a matcher that names another is a slip. */
  afterBind(services: ReadonlyMap<string, Service>): { readonly alerts: Base; readonly incidents: Base };
}

/** What matchers may look at: the fields that the bundle declares, and the ids and levels it has for Tocsin's own. */
export function createMatcherContexts(input: {
  readonly settings: Settings;
  readonly priority: PriorityPolicy | null;
  readonly teams: ReadonlyMap<string, Team>;
}): MatcherContexts {
  const { settings, priority, teams } = input;
  const base = { ...settings.limits, incidentFields: false };
  const teamIds = oneOf(teams);
  return {
    beforeBind: { ...base, fields: settings.fields },
    afterBind: (services) => {
      const serviceIds = oneOf(services);
      const fields = new Map([
        ...settings.fields,
        ['service', serviceIds] as const,
        ['service.team', teamIds] as const,
      ]);
      const incidentFields = new Map([
        ...fields,
        ['incident.rootService', serviceIds] as const,
        ['incident.team', teamIds] as const,
      ]);
      if (priority !== null) {
        incidentFields.set('incident.impact', ordered(priority.impacts));
        incidentFields.set('incident.urgency', ordered(priority.urgencies));
      }
      return {
        alerts: { ...base, fields },
        incidents: { ...base, fields: incidentFields, incidentFields: true },
      };
    },
  };
}

function oneOf(known: ReadonlyMap<string, unknown>): FieldType {
  // A type of no values at all would refuse even what only asks whether the field is there.
  return known.size === 0 ? { type: 'string' } : { type: 'enum', values: [...known.keys()] };
}

function ordered(levels: readonly string[]): FieldType {
  return { type: 'enum', values: levels, ordered: true };
}
