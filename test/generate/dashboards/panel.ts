/** A query of a panel. */
export interface Query {
  readonly expr: string;
  /** Name of each series, `{{label}}` filled in; of a table's query the name of its column. */
  readonly legend?: string;
}

interface PanelFacts {
  readonly title: string;
  /** What it shows and what to make of it. */
  readonly description: string;
  /** Grafana's id of a unit: `s`, `bytes`, `percentunit`, `short`, `cps` (a second), `reqps`. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly queries: readonly Query[];
}

export interface Threshold {
  readonly color: string;
  /** From this value on; null: from the beginning. */
  readonly value: number | null;
}

export type Panel =
  | (PanelFacts & {
      readonly type: 'timeseries';
      readonly stacked?: true;
      readonly max?: number;
    })
  | (PanelFacts & {
      readonly type: 'stat';
      readonly thresholds?: readonly Threshold[];
      /** Shows the series' name in place of the value. */
      readonly showName?: true;
      /** Words in place of values. */
      readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
    })
  | (PanelFacts & {
      readonly type: 'table';
      /** Column to sort by, largest first. */
      readonly sortBy: string;
      /** Units of columns that have another. */
      readonly columnUnits?: Readonly<Record<string, string>>;
    })
  | (PanelFacts & { readonly type: 'heatmap' });

/** What Grafana wants to see of every data source: the variable that the reader chooses it with. */
export const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/** The panel as Grafana reads it, but for its place. */
export function renderPanel(panel: Panel): object {
  const { type, title, description } = panel;
  return {
    type,
    title,
    description,
    datasource,
    ...bodyOf(panel),
    targets: panel.queries.map((query, index) => renderQuery(panel, query, index)),
  };
}

function renderQuery({ type }: Panel, { expr, legend }: Query, index: number): object {
  const instant = type === 'stat' || type === 'table';
  return {
    refId: String.fromCharCode(65 + index),
    datasource,
    editorMode: 'code',
    expr,
    ...(legend !== undefined && type !== 'table' && { legendFormat: legend }),
    ...(type === 'table' && { format: 'table' }),
    ...(type === 'heatmap' && { format: 'heatmap' }),
    instant,
    range: !instant,
  };
}

function bodyOf(panel: Panel): object {
  switch (panel.type) {
    case 'timeseries':
      return timeseries(panel);
    case 'stat':
      return stat(panel);
    case 'table':
      return table(panel);
    case 'heatmap':
      return heatmap(panel);
  }
}

type Of<T extends Panel['type']> = Extract<Panel, { type: T }>;

function timeseries({ unit, stacked, max }: Of<'timeseries'>): object {
  const stacking = { mode: stacked === true ? 'normal' : 'none', group: 'A' };
  return {
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max !== undefined && { max }),
        color: { mode: 'palette-classic' },
        custom: {
          drawStyle: 'line',
          lineWidth: 1,
          fillOpacity: stacked === true ? 40 : 10,
          showPoints: 'auto',
          spanNulls: false,
          stacking,
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

const plain: readonly Threshold[] = [{ color: 'text', value: null }];

function stat({ unit, thresholds, showName, words }: Of<'stat'>): object {
  return {
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: 'thresholds' },
        thresholds: { mode: 'absolute', steps: thresholds ?? plain },
        mappings: words === undefined ? [] : [{ type: 'value', options: words }],
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'none',
      justifyMode: 'auto',
      orientation: 'auto',
      textMode: showName === true ? 'name' : 'auto',
      wideLayout: true,
    },
  };
}

/** Each query is a column; rows are joined by their labels. */
function table({ unit, queries, sortBy, columnUnits = {} }: Of<'table'>): object {
  const columns = queries.map(({ legend = 'Value' }, index) => {
    const field = queries.length === 1 ? 'Value' : `Value #${String.fromCharCode(65 + index)}`;
    return [field, legend] as const;
  });
  return {
    fieldConfig: {
      defaults: { unit, custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: false } },
      overrides: Object.entries(columnUnits).map(([column, of]) => ({
        matcher: { id: 'byName', options: column },
        properties: [{ id: 'unit', value: of }],
      })),
    },
    options: { cellHeight: 'sm', showHeader: true, sortBy: [{ displayName: sortBy, desc: true }] },
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: {},
          renameByName: Object.fromEntries(columns),
        },
      },
    ],
  };
}

function heatmap({ unit }: Of<'heatmap'>): object {
  return {
    fieldConfig: {
      defaults: { unit: 'short', custom: { scaleDistribution: { type: 'linear' } } },
      overrides: [],
    },
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Blues', exponent: 0.5, fill: 'dark-blue', reverse: false, steps: 64 },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      tooltip: { mode: 'single', showColorScale: false, yHistogram: false },
      yAxis: { axisPlacement: 'left', reverse: false, unit },
    },
  };
}
