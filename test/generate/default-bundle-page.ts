import {
  incomingAlert,
  readDefinitions,
  type AlertDefinition,
} from '../support/default-bundle/alert-definitions.js';
import { defaultRules } from '../support/default-bundle/default-rules.js';
import { judgeAlerts, type Judgement } from '../support/default-bundle/judge-alerts.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';

type Row = { readonly definition: AlertDefinition } & Judgement;

/** docs/default-bundle.md: what the default bundle makes of the alerts of other projects. */
export async function defaultBundlePage(): Promise<string> {
  const { rules } = await defaultRules();
  const definitions = readDefinitions();
  const judged = judgeAlerts(rules, definitions.map(incomingAlert));
  const rows = definitions.map((definition, index): Row => ({
    definition,
    ...(judged[index] as Judgement),
  }));
  return `# What the default bundle makes of alerts

<!-- Generated from rules/ and test/fixtures/alert-definitions by \`npm run generate\`. -->

The bundle in \`rules/\` has never heard of most alerts that it gets. It tells what they are about from the words in their
names, and if those tell nothing, from summary and description; how much they matter from severity, service and
category; whose they are from the product named or from the category. \`rules/words/\` has the words.

To see whether that is believable, here is its judgement of ${rows.length} alert definitions of other projects, each come
alone, on a weekday morning, without any label but its name and severity. With labels that name a namespace, a service or an
environment of yours, your services and \`env\` decide first.

It is no list of these names. Hold out a tenth of the projects, take away every word that only they use, and of their
alerts more than nine in ten are still known by name (\`default-bundle-generalises.test.ts\`).

## Categories

${table(['category', 'what', 'alerts'], categoryRows(rules, rows))}

## Priorities

${crossTable(rows, { across: priorityOf, down: ({ alert }) => alert.severity, name: 'severity' })}

## Whose they are

${crossTable(rows, { across: priorityOf, down: ownerOf, name: 'tier and team' })}

## Every one of them

${sections(rows)}
`;
}

function categoryRows(rules: RuleSet, rows: readonly Row[]): string[][] {
  const titles = new Map<string, Set<string>>();
  for (const { then, title, ref } of rules.classify) {
    if (then.category === undefined || title === ref.id) continue;
    titles.set(then.category, (titles.get(then.category) ?? new Set()).add(title));
  }
  return [...titles]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, what]) => [
      `\`${category}\``,
      [...what].join('; '),
      String(rows.filter(({ alert }) => alert.category === category).length),
    ]);
}

function crossTable(
  rows: readonly Row[],
  by: { readonly across: (row: Row) => string; readonly down: (row: Row) => string; readonly name: string },
): string {
  const columns = [...new Set(rows.map(by.across))].sort();
  const lines = [...new Set(rows.map(by.down))].sort();
  const count = (line: string, column: string): number =>
    rows.filter((row) => by.down(row) === line && by.across(row) === column).length;
  return table(
    [by.name, ...columns],
    lines.map((line) => [line, ...columns.map((column) => String(count(line, column) || ''))]),
  );
}

function priorityOf({ incident }: Row): string {
  return incident?.priority ?? '–';
}

function ownerOf({ incident }: Row): string {
  return incident === null ? '–' : `${incident.tier} ${incident.team}`;
}

function sections(rows: readonly Row[]): string {
  const columns = [
    'alert',
    'severity',
    'category',
    'impact × urgency',
    'priority',
    'tier and team',
    'service',
    'rule',
  ];
  const projects = [...new Set(rows.map(({ definition }) => definition.project))];
  return projects
    .map((project) => {
      const own = rows.filter(({ definition }) => definition.project === project);
      return `### ${project}\n\n${table(columns, own.map(cells))}`;
    })
    .join('\n\n');
}

function cells(row: Row): string[] {
  const { definition, alert } = row;
  return [
    definition.alert,
    definition.severity ?? '–',
    alert.category,
    `${alert.impact} × ${alert.urgency}`,
    priorityOf(row),
    ownerOf(row),
    alert.service ?? '–',
    alert.rule?.id ?? '–',
  ];
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text) => text.replace(/[\\|<*_]/g, '\\$&')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
