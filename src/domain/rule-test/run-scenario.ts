import type { Command } from '../alert/entry.js';
import { isOpen } from '../incident/lifecycle.js';
import { differences } from './differences.js';
import { judgeExpectation } from './judge-expectation.js';
import { judgeStrictly } from './judge-strictly.js';
import type { Filter } from './raw-rule-test.js';
import type { Action, CommandAction, Failure, Scenario, ScenarioResult } from './scenario.js';
import { showAlert, showIncident } from './show-documents.js';
import { touchedRules } from './touched-rules.js';
import { createVirtualWorld, type VirtualWorld } from './virtual-world.js';

/** Runs a test on the engine, in virtual time, up to its last expectation. */
export function runScenario(scenario: Scenario): ScenarioResult {
  const { rules, start, actions } = scenario;
  const world = createVirtualWorld(rules, start);
  const end = actions.findLast(({ kind }) => kind === 'expect')?.at ?? start;
  const failures: Failure[] = [];
  const expected = { incidents: new Set<string>(), notifications: new Set<number>() };
  let commands = 0;
  for (const action of actions) {
    if (action.at > end) break;
    switch (action.kind) {
      case 'alert':
        world.append(action.at, { kind: 'alerts', alerts: [action.alert] });
        break;
      case 'silence':
        commands += 1;
        failures.push(...silence(world, action, `command-${commands}`));
        break;
      case 'command':
        commands += 1;
        failures.push(...command(world, { scenario, action, id: `command-${commands}` }));
        break;
      case 'expect': {
        world.reach(action.at);
        const judged = judgeExpectation(action, world, rules);
        failures.push(...judged.failures);
        for (const id of judged.incidents) expected.incidents.add(id);
        for (const index of judged.notifications) expected.notifications.add(index);
      }
    }
  }
  world.reach(end);
  if (scenario.strict) failures.push(...judgeStrictly(scenario, world, expected));
  return { scenario, failures, touched: touchedRules(rules, world) };
}

function silence(
  world: VirtualWorld,
  action: Extract<Action, { kind: 'silence' }>,
  id: string,
): readonly Failure[] {
  const { at, by, comment, endsAt, matchers, place } = action;
  const asked = { id: `silence-${id}`, matchers, endsAt, createdBy: by, comment };
  world.append(at, { kind: 'command', id, by, command: { name: 'create-silence', silence: asked } });
  const outcome = world.outcome(id);
  if (outcome?.reason == null) return [];
  return [{ place, when: null, at, message: `the silence is refused: ${outcome.reason}`, lines: [] }];
}

function command(
  world: VirtualWorld,
  {
    scenario,
    action,
    id,
  }: { readonly scenario: Scenario; readonly action: CommandAction; readonly id: string },
): readonly Failure[] {
  const { at, by, name, place, refused } = action;
  world.reach(at);
  const failed = (message: string): readonly Failure[] => [{ place, when: null, at, message, lines: [] }];
  const incidents = meant(world, scenario, action.incident);
  const [incident] = incidents;
  if (incident === undefined || incidents.length > 1)
    return failed(`${incidents.length} incidents are meant by the command "${name}", not one`);
  const fields = { ...action.fields, ...(name === 'split' && { alerts: fingerprints(world, action) }) };
  const asked = { name, incident, ...fields } as unknown as Command;
  world.append(at, { kind: 'command', id, by, command: asked });
  const outcome = world.outcome(id);
  if ((outcome?.reason ?? null) === refused) return [];
  const wanted = refused === null ? 'it should be applied' : `it should be refused: ${refused}`;
  const reason =
    outcome?.reason == null ? 'is applied' : `is refused: ${outcome.reason}, ${outcome.detail ?? ''}`;
  return failed(`the command "${name}" ${reason}; ${wanted}`);
}

/** Ids of the incidents that a command is about: one by its id, else the open ones that are like the filter. */
function meant(
  world: VirtualWorld,
  { rules }: Scenario,
  incident: string | Filter | null,
): readonly string[] {
  if (typeof incident === 'string') return [incident];
  const all = [...world.incidents.values()];
  const like = (filter: Filter): readonly string[] =>
    all
      .filter((one) => differences(filter, showIncident(one, { rules, absorbed: 0 })).length === 0)
      .map(({ id }) => id);
  return incident === null ? all.filter(isOpen).map(({ id }) => id) : like(incident);
}

/** The alerts that a split is about, which a test names by what they are. */
function fingerprints(world: VirtualWorld, { fields }: CommandAction): readonly string[] {
  const filters = (fields['alerts'] ?? []) as readonly Filter[];
  return [...world.alerts.values()]
    .filter((alert) => filters.some((filter) => differences(filter, showAlert(alert)).length === 0))
    .map(({ fingerprint }) => fingerprint);
}
