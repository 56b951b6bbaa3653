import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { metricNames } from '../generate/metric-catalogue.js';
import { nodeMetrics } from '../generate/metrics-page.js';
import {
  type DashboardFile,
  type GridPlace,
  type PanelFile,
  readDashboards,
  variablesIn,
} from '../support/dashboard-files.js';

const dashboards = await readDashboards();

/** Units of Grafana that the panels use: an unknown one would be shown as text behind the number. */
const units = ['short', 's', 'bytes', 'percentunit', 'cps', 'reqps'];
const byGrafana = ['__range', '__rate_interval'];
const known = new Set([...metricNames, ...Object.keys(nodeMetrics)]);

describe('the dashboards', () => {
  it('are three, with ids and titles of their own', () => {
    const all = [...dashboards.values()];
    expect([...dashboards.keys()]).to.deep.equal(['noise.json', 'operations.json', 'service-levels.json']);
    for (const key of ['uid', 'title'] as const) {
      expect(new Set(all.map((each) => each[key])).size, key).to.equal(all.length);
    }
    for (const { tags, schemaVersion } of all) {
      expect(tags).to.deep.equal(['tocsin']);
      expect(schemaVersion).to.be.at.least(39);
    }
  });

  for (const [file, dashboard] of dashboards) {
    describe(file, () => {
      checkDashboard(dashboard);
    });
  }
});

function checkDashboard({ panels, templating }: DashboardFile): void {
  it('has panels with ids and titles of their own, that say what they show and in which unit', () => {
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).to.equal(panels.length);
    for (const { title, description, type, fieldConfig } of panels) {
      expect(description, title).to.match(/^\S.{20,}\.$/s);
      expect(units, title).to.include(fieldConfig.defaults.unit);
      expect(['stat', 'timeseries', 'table', 'heatmap'], title).to.include(type);
    }
  });

  it('lays its panels side by side, none over another, within the grid', () => {
    for (const [index, { title, gridPos }] of panels.entries()) {
      expect(gridPos.x + gridPos.w, title).to.be.at.most(24);
      expect(Math.min(gridPos.x, gridPos.y), title).to.be.at.least(0);
      expect(Math.min(gridPos.w, gridPos.h), title).to.be.at.least(3);
      const over = panels.slice(index + 1).filter((other) => overlap(gridPos, other.gridPos));
      expect(
        over.map((other) => other.title),
        title,
      ).to.deep.equal([]);
    }
  });

  it('asks the data source that its reader chooses, and for nothing that nobody exposes', () => {
    const chosen = { type: 'prometheus', uid: '${datasource}' };
    expect(templating.list[0]).to.include({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    for (const { datasource } of templating.list.slice(1)) {
      if (datasource !== undefined) expect(datasource).to.deep.equal(chosen);
    }
    for (const panel of panels) {
      expect(panel.datasource, panel.title).to.deep.equal(chosen);
      for (const target of panel.targets) expect(target.datasource, panel.title).to.deep.equal(chosen);
      expect(unknownMetrics(panel), panel.title).to.deep.equal([]);
    }
  });

  it('has the variables that its queries use, and uses those that it has', () => {
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const asked = templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query));
    const used = new Set([...queries, ...asked].flatMap(variablesIn));
    const own = templating.list.map(({ name }) => name);
    expect([...used].filter((name) => !byGrafana.includes(name))).to.have.members(own.slice(1));
  });

  it('asks once where it shows a number and over time where it shows a graph', () => {
    for (const { title, type, targets } of panels) {
      const instant = type === 'stat' || type === 'table';
      expect(targets, title).not.to.deep.equal([]);
      for (const target of targets) {
        expect(target, title).to.include({ instant, range: !instant });
        // A window that the reader chooses says nothing about the time that a single number stands for.
        expect(variablesIn(target.expr).includes('__range'), title).to.equal(
          instant && /increase|rate/.test(target.expr),
        );
      }
    }
  });
}

function overlap(a: GridPlace, b: GridPlace): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function unknownMetrics({ targets }: PanelFile): readonly string[] {
  const names = targets.flatMap(({ expr }) => expr.match(/\b(tocsin|process|nodejs)_\w+/g) ?? []);
  return names.filter((name) => !known.has(name));
}

describe('the provisioning', () => {
  const read = async (path: string): Promise<unknown> =>
    parse(await readFile(`grafana/provisioning/${path}`, 'utf8')) as unknown;

  it('reads the dashboards from where Grafana images have them', async () => {
    const { apiVersion, providers } = (await read('dashboards/tocsin.yaml')) as {
      apiVersion: number;
      providers: { type: string; options: { path: string } }[];
    };
    expect(apiVersion).to.equal(1);
    expect(providers.map(({ type, options }) => [type, options.path])).to.deep.equal([
      ['file', '/var/lib/grafana/dashboards'],
    ]);
  });

  it('has one data source, a Prometheus, which is the default', async () => {
    const { apiVersion, datasources } = (await read('datasources/prometheus.yaml')) as {
      apiVersion: number;
      datasources: { type: string; isDefault: boolean; uid: string }[];
    };
    expect(apiVersion).to.equal(1);
    expect(datasources).to.have.length(1);
    expect(datasources[0]).to.include({ type: 'prometheus', isDefault: true, uid: 'prometheus' });
  });
});
