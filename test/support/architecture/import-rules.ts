import type { IForbiddenRuleType } from 'dependency-cruiser';

/** The one place of each npm package; one that is not listed may not be imported at all. */
export const packageHomes: Readonly<Record<string, string>> = {
  re2js: '^src/domain/',
  rrule: '^src/domain/rules/',
  express: '^src/adapters/http/',
  'better-sqlite3': '^src/adapters/sqlite/',
  kafkajs: '^src/adapters/kafka/',
  mongodb: '^src/adapters/mongo/',
  ajv: '^src/adapters/files/',
  'ajv-formats': '^src/adapters/files/',
  yaml: '^src/adapters/files/',
  'prom-client': '^src/adapters/telemetry/',
  pino: '^src/adapters/telemetry/',
  'pino-pretty': '^src/adapters/telemetry/',
  'node-cron': '^src/adapters/cron/',
  commander: '^src/cli[^/]*\\.ts$|^src/cli/',
};

/** What each folder of the domain may import beside itself. */
const domainOrder: Readonly<Record<string, readonly string[]>> = {
  alert: [],
  sources: ['alert'],
  incident: ['alert'],
  rules: ['alert', 'sources', 'incident'],
  report: ['alert', 'sources', 'incident', 'rules'],
  triage: ['alert', 'sources', 'incident', 'rules'],
  'rule-test': ['alert', 'sources', 'incident', 'rules', 'triage'],
};

/** What runs: the process, and worker threads, which are started by their path and not imported. */
const entryPoints = ['^src/main\\.ts$', '^src/adapters/[^/]+/[^/]+-worker\\.ts$'];

/** Files that only tests reach: the in-memory adapters, which stand in for the real ones, and the refold of a log. */
const reachedByTestsOnly = ['^src/adapters/memory/', '^src/app/refold\\.ts$'];

const directions: IForbiddenRuleType[] = [
  forbid(
    'domain-is-pure',
    { path: '^src/domain/' },
    { pathNot: ['^src/domain/', packagePath('re2js'), '^re2js$', packagePath('rrule'), '^rrule$'] },
  ),
  forbid('app-knows-domain-only', { path: '^src/app/' }, { path: '^src/', pathNot: '^src/(app|domain)/' }),
  forbid(
    'adapters-know-app-and-domain-only',
    { path: '^src/adapters/' },
    { path: '^src/', pathNot: '^src/(adapters|app|domain)/' },
  ),
  forbid(
    'adapters-never-import-each-other',
    { path: '^src/adapters/([^/]+)/' },
    { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
  ),
  forbid(
    'settings-know-no-adapter',
    { path: '^src/settings[^/]*\\.ts$' },
    { path: '^src/', pathNot: '^src/((app|domain)/|settings)' },
  ),
  forbid('compose-knows-no-cli', { path: '^src/compose' }, { path: '^src/(cli|main)' }),
  forbid('nothing-imports-main', { path: '^src/' }, { path: '^src/main\\.ts$' }),
];

const insideDomain = Object.entries(domainOrder).map(([folder, others]) =>
  forbid(
    `domain-${folder}`,
    { path: `^src/domain/${folder}/` },
    { path: '^src/domain/', pathNot: [folder, ...others].map((name) => `^src/domain/${name}/`) },
  ),
);

const packages = [
  ...Object.entries(packageHomes).map(([name, home]) =>
    forbid(`package-${name}`, { path: '^src/', pathNot: home }, { path: packagePath(name) }),
  ),
  forbid(
    'package-without-a-home',
    { path: '^src/' },
    { path: '(^|/)node_modules/', pathNot: Object.keys(packageHomes).map(packagePath) },
  ),
  forbid('import-that-leads-nowhere', { path: '^src/' }, { couldNotResolve: true }),
];

const shape: IForbiddenRuleType[] = [
  // Two type files of one folder may name each other: a type leaves no import behind. Folders can't, by the directions.
  forbid(
    'no-cycles',
    { path: '^src/' },
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import'] } },
  ),
  {
    name: 'main-reaches-every-file',
    severity: 'error',
    from: { path: entryPoints },
    to: { path: '^src/', pathNot: [...entryPoints, ...reachedByTestsOnly], reachable: false },
  },
];

/** architecture.md §3 as rules of dependency-cruiser; paths are relative to the repository. */
export const importRules: readonly IForbiddenRuleType[] = [
  ...directions,
  ...insideDomain,
  ...packages,
  ...shape,
];

function forbid(name: string, from: object, to: object): IForbiddenRuleType {
  return { name, severity: 'error', from, to };
}

/** Its types count as the package itself. */
function packagePath(name: string): string {
  return `(^|/)node_modules/(@types/)?${name}/`;
}
