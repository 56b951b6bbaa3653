import { checkReference, checkUniqueIds, entriesOf, type Entry } from './bundle-spot.js';
import { checkBindings, type PlacedBinding } from './check-bindings.js';
import { checkDependencies, type RawDependency } from './check-dependencies.js';
import { compileMatch } from './compile-value.js';
import type { MatcherContext } from './matcher-context.js';
import type { DependencyPaths, Service, ServiceBinding, Team } from './rule-set.js';
import { findDependencyPaths } from './find-dependency-paths.js';
import type { Steps } from './run-steps.js';

interface RawService {
  readonly id: string;
  readonly name?: string;
  readonly title?: string;
  readonly tier: number;
  readonly team: string;
  readonly runbook?: string;
  readonly status?: 'active' | 'disabled';
  readonly bind: readonly unknown[];
  readonly dependsOn?: readonly RawDependency[];
}

export interface Catalogue {
  readonly services: ReadonlyMap<string, Service>;
  /** In order of files: the first that matches binds. */
  readonly bindings: readonly ServiceBinding[];
  readonly dependencies: DependencyPaths;
}

/** `kind: Services`. Bindings are compiled with the context of the time before an alert is bound. */
export function* compileServices(
  documents: readonly Entry<unknown>[],
  { teams, context }: { readonly teams: ReadonlyMap<string, Team>; readonly context: MatcherContext },
): Steps<Catalogue> {
  const entries = entriesOf<RawService>(documents, 'services');
  checkUniqueIds('service', entries);
  checkDependencies(entries);
  const services = new Map<string, Service>();
  const bindings: PlacedBinding[] = [];
  for (const { raw, spot } of entries) {
    yield;
    checkReference(spot.at('team'), { what: 'team', id: raw.team, known: teams });
    const service: Service = {
      id: raw.id,
      name: raw.name ?? raw.title ?? raw.id,
      tier: raw.tier,
      team: raw.team,
      runbook: raw.runbook ?? null,
      dependsOn: (raw.dependsOn ?? []).map(({ service, edge = 'hard' }) => ({ service, edge })),
      ref: spot.ref(raw.id),
    };
    const own = raw.bind.map((match, index) => ({
      service,
      match: compileMatch(spot.at('bind', index), match, context),
      spot: spot.at('bind', index),
    }));
    if (raw.status === 'disabled') continue;
    services.set(raw.id, service);
    bindings.push(...own);
  }
  yield* checkBindings(bindings);
  return {
    services,
    bindings: bindings.map(({ service, match }) => ({ service, match })),
    dependencies: findDependencyPaths(services),
  };
}
