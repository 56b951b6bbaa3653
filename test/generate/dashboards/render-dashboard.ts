import { renderPanel, type Panel } from './panel.js';

export interface Row {
  /** In units of Grafana's grid. */
  readonly height: number;
  /** From left to right; their widths fit 24 columns. */
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  /** Never changes: links hold it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly object[];
  /** How far back it shows at first: `now-7d`. */
  readonly from: string;
  readonly rows: readonly Row[];
}

const gridColumns = 24;
/** Of Grafana 11.6 and 12; newer ones migrate it. */
const schemaVersion = 41;

/** The dashboard as a file that Grafana provisions. */
export function renderDashboard({ uid, title, description, variables, from, rows }: Dashboard): string {
  const dashboard = {
    uid,
    title,
    description,
    tags: ['tocsin'],
    schemaVersion,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    time: { from, to: 'now' },
    refresh: '1m',
    annotations: { list: [] },
    links: [
      {
        title: 'Tocsin',
        type: 'dashboards',
        icon: 'external link',
        tooltip: '',
        tags: ['tocsin'],
        asDropdown: false,
        includeVars: false,
        keepTime: true,
        targetBlank: false,
      },
    ],
    templating: { list: variables },
    panels: placed(rows),
  };
  return JSON.stringify(dashboard, null, 2);
}

function placed(rows: readonly Row[]): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    let x = 0;
    for (const panel of row.panels) {
      if (x + panel.width > gridColumns) throw new Error(`"${panel.title}" does not fit into its row`);
      const gridPos = { x, y, w: panel.width, h: row.height };
      panels.push({ id: panels.length + 1, gridPos, ...renderPanel(panel) });
      x += panel.width;
    }
    y += row.height;
  }
  return panels;
}
