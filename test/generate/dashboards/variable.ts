import { datasource } from './panel.js';

/** Lets the reader choose the Prometheus. */
export const datasourceVariable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  regex: '',
  refresh: 1,
  hide: 0,
  multi: false,
  includeAll: false,
  options: [],
};

/** Values that a label of a metric has; all of them unless the reader chooses. */
export function labelVariable(name: string, of: { readonly label: string; readonly metric: string }): object {
  const query = `label_values(${of.metric}, ${name})`;
  return {
    name,
    label: of.label,
    type: 'query',
    datasource,
    definition: query,
    query: { qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    regex: '',
    refresh: 2,
    sort: 1,
    hide: 0,
    options: [],
    ...anyOf,
  };
}

/** Values that are known; all of them unless the reader chooses. */
export function choiceVariable(name: string, label: string, values: readonly string[]): object {
  const options = [
    { text: 'All', value: '$__all', selected: true },
    ...values.map((value) => ({ text: value, value, selected: false })),
  ];
  return { name, label, type: 'custom', query: values.join(','), hide: 0, options, ...anyOf };
}

/** How far back means and sums of rare events reach at each point of a graph. */
export function windowVariable(chosen: string): object {
  const values = ['15m', '1h', '6h', '1d', '7d', '30d'];
  return {
    name: 'window',
    label: 'Over the last',
    type: 'custom',
    query: values.join(','),
    hide: 0,
    multi: false,
    includeAll: false,
    options: values.map((value) => ({ text: value, value, selected: value === chosen })),
    current: { text: chosen, value: chosen },
  };
}

/** The value of "All" is an expression that fits whatever there is, also what comes later. */
const anyOf = {
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: ['All'], value: ['$__all'] },
};
