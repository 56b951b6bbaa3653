import { format, resolveConfig } from 'prettier';
import { defaultBundlePage } from './default-bundle-page.js';
import { noiseDashboard } from './dashboards/noise.js';
import { operationsDashboard } from './dashboards/operations.js';
import { renderDashboard } from './dashboards/render-dashboard.js';
import { serviceLevelsDashboard } from './dashboards/service-levels.js';
import { lintPage } from './lint-page.js';
import { metricsPage } from './metrics-page.js';

/** Files of the repository that are made from code, relative to it, and what makes them. */
const makers: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/default-bundle.md': defaultBundlePage,
  'docs/lint.md': lintPage,
  'docs/metrics.md': metricsPage,
  'grafana/dashboards/service-levels.json': () => renderDashboard(serviceLevelsDashboard),
  'grafana/dashboards/noise.json': () => renderDashboard(noiseDashboard),
  'grafana/dashboards/operations.json': () => renderDashboard(operationsDashboard),
};

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Every generated file as it should be. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return Promise.all(
    Object.entries(makers).map(async ([path, make]) => ({
      path,
      text: await format(await make(), { ...(await resolveConfig(path)), filepath: path }),
    })),
  );
}
