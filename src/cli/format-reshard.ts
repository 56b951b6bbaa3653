import type { Spread } from '../domain/alert/shard-of-alert.js';
import type { Incident } from '../domain/incident/incident.js';
import type { TornIncident } from '../domain/triage/place-incidents.js';
import { formatTable } from './format-table.js';
import type { ServersResharded } from './reshard-servers.js';

const shownTorn = 20;

/** How a log is spread anew, for people. */
export function formatReshard({ plan, documents }: ServersResharded, dryRun: boolean): string {
  const { old, to, loads, torn, strays } = plan;
  const rows = loads.map(({ shard, alerts, firing, incidents, open, waiting }) =>
    [shard, alerts, firing, incidents, open, waiting].map(String),
  );
  return [
    `from ${inWords(old)} to ${inWords(to)}`,
    '',
    formatTable(['shard', 'alerts', 'firing', 'incidents', 'open', 'waiting'], rows),
    ...fullest(plan),
    '',
    ...tornInWords(torn),
    ...straysInWords(strays),
    documents === null
      ? `Nothing was moved${dryRun ? ': this was a dry run' : ': close or split these, wait for them, or have them split (--split)'}.`
      : `${documents} documents were moved; the old topic and database are as they were.`,
    '',
  ].join('\n');
}

function inWords({ shards, by }: Spread): string {
  const key = by.length === 0 ? 'all alerts on shard 0' : `partitionBy: [${by.join(', ')}]`;
  return `${shards} shard${shards === 1 ? '' : 's'}, ${key}`;
}

function fullest({ loads }: ServersResharded['plan']): readonly string[] {
  const all = loads.reduce((sum, { alerts }) => sum + alerts, 0);
  const [first] = [...loads].sort((a, b) => b.alerts - a.alerts);
  if (first === undefined || all === 0) return [];
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return [
    `shard ${first.shard} has ${percent(first.alerts / all)} of the alerts; spread evenly it would have ${percent(1 / loads.length)}`,
  ];
}

function tornInWords(torn: readonly TornIncident[]): readonly string[] {
  if (torn.length === 0) return [];
  const lines = torn.slice(0, shownTorn).map(({ incident, stays, members }) => {
    const parts = [...members]
      .sort(([a], [b]) => a - b)
      .map(([shard, alerts]) => `${alerts.length} to shard ${shard}`);
    return `  ${incident.id} (${incident.priority}, ${incident.state}): alerts go ${parts.join(', ')}; it would stay on ${stays}`;
  });
  const more = torn.length > shownTorn ? [`  and ${torn.length - shownTorn} more (--json tells all)`] : [];
  return [
    `${torn.length} open incident${torn.length === 1 ? '' : 's'} would be torn:`,
    ...lines,
    ...more,
    '',
  ];
}

function straysInWords(strays: readonly Incident[]): readonly string[] {
  if (strays.length === 0) return [];
  const shown = strays.slice(0, shownTorn).map(({ id, parent }) => `  ${id} of ${parent ?? ''}`);
  return [
    `${strays.length} would be on another shard than the incident that they are a part of:`,
    ...shown,
    '',
  ];
}

/** The same for programs. */
export function reshardAsJson({ plan, documents }: ServersResharded): string {
  const { old, to, loads, torn, strays } = plan;
  const report = {
    ...{ from: old, to, documents, shards: loads },
    torn: torn.map(({ incident, stays, members }) => ({
      ...{ incident: incident.id, priority: incident.priority, state: incident.state, stays },
      alerts: Object.fromEntries(members),
    })),
    strays: strays.map(({ id, parent }) => ({ incident: id, parent })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
