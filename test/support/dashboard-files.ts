import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface GridPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Source {
  readonly type: string;
  readonly uid: string;
}

export interface PanelFile {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: Source;
  readonly gridPos: GridPlace;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly {
    readonly refId: string;
    readonly datasource: Source;
    readonly expr: string;
    readonly instant: boolean;
    readonly range: boolean;
  }[];
}

export interface VariableFile {
  readonly name: string;
  readonly type: string;
  readonly datasource?: Source;
  readonly query: string | { readonly query: string };
}

export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly tags: readonly string[];
  readonly templating: { readonly list: readonly VariableFile[] };
  readonly panels: readonly PanelFile[];
}

export const dashboardFolder = 'grafana/dashboards';

/** The dashboards as Grafana gets them, by file name. */
export async function readDashboards(): Promise<ReadonlyMap<string, DashboardFile>> {
  const names = (await readdir(dashboardFolder)).filter((name) => name.endsWith('.json')).sort();
  const read = async (name: string): Promise<readonly [string, DashboardFile]> => [
    name,
    JSON.parse(await readFile(join(dashboardFolder, name), 'utf8')) as DashboardFile,
  ];
  return new Map(await Promise.all(names.map(read)));
}

export interface PanelQuery {
  /** "noise.json / Alerts in / A". */
  readonly place: string;
  readonly expr: string;
}

/** Every query of every panel, with variables replaced. Throws where one has no value: Grafana would send it as it stands. */
export function panelQueries(
  dashboards: ReadonlyMap<string, DashboardFile>,
  values: Readonly<Record<string, string>>,
): readonly PanelQuery[] {
  return [...dashboards].flatMap(([file, { panels }]) =>
    panels.flatMap(({ title, targets }) =>
      targets.map(({ refId, expr }) => {
        const place = `${file} / ${title} / ${refId}`;
        return { place, expr: substitute(expr, place, values) };
      }),
    ),
  );
}

function substitute(expr: string, place: string, values: Readonly<Record<string, string>>): string {
  return expr.replace(/\$(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${place} uses $${name}, which nothing gives a value`);
    return value;
  });
}

/** Names of the variables that an expression uses, Grafana's own among them. */
export function variablesIn(expr: string): readonly string[] {
  return [...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name!);
}
