import type { Alert } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import { parseIncidentId } from '../incident/incident-id.js';
import { isOpen } from '../incident/lifecycle.js';
import { shardOfAlert, type Spread } from '../alert/shard-of-alert.js';

/** Finds the shards of a shard's incidents when alerts are spread otherwise. */
export interface IncidentPlacer {
  /** An alert that is known now, or one that the engine has forgotten, or as it was in the incident that it names. */
  noteAlert(alert: Alert, as: 'known' | 'forgotten' | 'former'): void;
  noteIncident(incident: Incident): void;
  /** Once everything was noted. */
  place(): PlacedIncidents;
}

export interface PlacedIncidents {
  /** Of any incident, also of one that nothing is known of any more but its id. */
  shardOf(id: string): number;
  /** True of a member of an open incident that is on another shard: it ends there without it. */
  isCutOff(alert: Alert): boolean;
  /** Open ones whose alerts would be told of without it. */
  readonly torn: readonly TornIncident[];
  /** Those that have their parent on another shard. */
  readonly strays: readonly Incident[];
}

/** An open incident with alerts that fire and are not suppressed on several shards. */
export interface TornIncident {
  readonly incident: Incident;
  /** Where it is, with most of its alerts. */
  readonly stays: number;
  /** Shard → fingerprints of all its members that would be there. */
  readonly members: ReadonlyMap<number, readonly string[]>;
}

/** The shard of an alert by what its source said. */
export function shardOfKnown(alert: Alert, to: Spread): number {
  return shardOfAlert({ labels: alert.said?.labels ?? alert.labels }, to);
}

/** What speaks for a shard, the weightiest first. */
interface Votes {
  /** Members that fire and are not suppressed: people hear of them. */
  heard: number;
  firing: number;
  known: number;
  others: number;
  readonly members: string[];
}

export function createIncidentPlacer(to: Spread): IncidentPlacer {
  const votes = new Map<string, Map<number, Votes>>();
  /** Of the closed ones, of which there may be years, no more is kept than where they were merged to. */
  const incidents = new Map<string, Incident>();
  const merged = new Map<string, string>();
  return {
    noteAlert(alert, as) {
      if (alert.incident === null) return;
      const shard = shardOfKnown(alert, to);
      const ofIncident = votes.get(alert.incident) ?? new Map<number, Votes>();
      const vote = ofIncident.get(shard) ?? { heard: 0, firing: 0, known: 0, others: 0, members: [] };
      votes.set(alert.incident, ofIncident.set(shard, vote));
      if (as !== 'known') {
        vote.others += 1;
        return;
      }
      vote.known += 1;
      vote.members.push(alert.fingerprint);
      if (alert.status !== 'firing') return;
      vote.firing += 1;
      if (alert.suppressedBy.length === 0) vote.heard += 1;
    },
    noteIncident(incident) {
      const { id, mergedInto } = incident;
      if (mergedInto !== null) merged.set(id, mergedInto);
      if (incident.state !== 'closed') incidents.set(id, incident);
    },
    place: () => placeAll({ incidents, merged, votes }, to),
  };
}

function placeAll(
  {
    incidents,
    merged,
    votes,
  }: {
    readonly incidents: ReadonlyMap<string, Incident>;
    readonly merged: ReadonlyMap<string, string>;
    readonly votes: ReadonlyMap<string, ReadonlyMap<number, Votes>>;
  },
  to: Spread,
): PlacedIncidents {
  /** What was merged goes where its alerts went. */
  const endOf = (id: string): string => {
    const into = merged.get(id);
    return into === undefined ? id : endOf(into);
  };
  const shardOf = (id: string): number => {
    const end = endOf(id);
    const ofIncident = votes.get(end);
    return ofIncident === undefined ? shardById(end, to) : weightiest(ofIncident);
  };
  const isStray = ({ id, parent }: Incident): boolean => parent !== null && shardOf(parent) !== shardOf(id);
  const known = [...incidents.values()];
  return {
    shardOf,
    isCutOff(alert) {
      const incident = alert.incident === null ? undefined : incidents.get(alert.incident);
      return incident !== undefined && isOpen(incident) && shardOf(incident.id) !== shardOfKnown(alert, to);
    },
    torn: known.flatMap((incident) => tornBy(incident, votes.get(incident.id)) ?? []),
    strays: known.filter(isStray),
  };
}

function shardById(id: string, { shards }: Spread): number {
  return (parseIncidentId(id)?.shard ?? 0) % shards;
}

function weightiest(votes: ReadonlyMap<number, Votes>): number {
  const [first] = [...votes].sort(
    ([shard, a], [other, b]) =>
      b.heard - a.heard || b.firing - a.firing || b.known - a.known || b.others - a.others || shard - other,
  );
  return first?.[0] ?? 0;
}

function tornBy(incident: Incident, votes: ReadonlyMap<number, Votes> | undefined): TornIncident | null {
  if (votes === undefined || !isOpen(incident)) return null;
  const heard = [...votes].filter((vote) => vote[1].heard > 0);
  if (heard.length < 2) return null;
  const members = new Map([...votes].map(([shard, vote]) => [shard, [...vote.members].sort()]));
  return { incident, stays: weightiest(votes), members };
}
