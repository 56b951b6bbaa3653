import { checkReference, checkUniqueIds, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { nowhere, type CompiledTeams } from './compile-teams.js';
import type { NotifierConfig, RuleSet } from './rule-set.js';

interface RawNotifier {
  readonly id: string;
  readonly type: 'log' | 'webhook';
  readonly url?: string;
  readonly secret?: { readonly env: string };
}

type RawChannels = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Messaging = Pick<RuleSet, 'notifiers' | 'channels'>;

/** `kind: Notifiers`: receivers, and what each channel means for each team. */
export function compileNotifiers(documents: readonly Entry<unknown>[], compiled: CompiledTeams): Messaging {
  const entries = entriesOf<RawNotifier>(documents, 'notifiers');
  checkUniqueIds('notifier', entries);
  const notifiers = new Map<string, NotifierConfig>();
  for (const { raw, spot } of entries) {
    checkNotifier(raw, spot);
    notifiers.set(raw.id, {
      id: raw.id,
      type: raw.type,
      url: raw.url ?? null,
      secretEnv: raw.secret?.env ?? null,
    });
  }
  return { notifiers, channels: compileChannels(documents, compiled, notifiers) };
}

function checkNotifier(raw: RawNotifier, spot: BundleSpot): void {
  if (raw.id === nowhere) {
    spot.at('id').report({
      code: 'bad-id',
      message: `"${nowhere}" means that nothing is sent, so no notifier can be called that`,
    });
  }
  if (raw.type !== 'log') return;
  for (const key of ['url', 'secret'] as const) {
    if (raw[key] === undefined) continue;
    spot.at(key).report({
      code: 'unknown-key',
      message: `a notifier of type log has no ${key}`,
      hint: 'Remove it, or write type: webhook',
      part: 'key',
    });
  }
}

interface Channel {
  readonly byDefault: string | null;
  /** null: this team gets nothing. */
  readonly byTeam: Map<string, string | null>;
  readonly spot: BundleSpot;
}

function compileChannels(
  documents: readonly Entry<unknown>[],
  { teams, channels: ofTeams }: CompiledTeams,
  notifiers: Messaging['notifiers'],
): Messaging['channels'] {
  const toNotifier = (spot: BundleSpot, id: string): string | null => {
    if (id === nowhere) return null;
    checkReference(spot, { what: 'notifier', id, known: notifiers });
    return id;
  };
  const channels = new Map<string, Channel>();
  for (const { name, raw, spot } of rawChannels(documents)) {
    const earlier = channels.get(name);
    if (earlier !== undefined) {
      spot.report({
        code: 'duplicate-id',
        message: `the channel "${name}" stands here a second time`,
        hint: `The first is at ${earlier.spot.where}: put all teams there`,
        part: 'key',
      });
    }
    const byTeam = new Map<string, string | null>();
    for (const [team, notifier] of Object.entries(raw)) {
      if (team === 'default') continue;
      checkReference(spot.at(team), { what: 'team', id: team, known: teams });
      byTeam.set(team, toNotifier(spot.at(team), notifier));
    }
    const byDefault = toNotifier(spot.at('default'), raw['default'] ?? nowhere);
    channels.set(name, { byDefault, byTeam, spot });
  }
  for (const { team, channel, notifier, spot } of ofTeams) {
    checkReference(spot, { what: 'channel', id: channel, known: channels });
    addTeamChannel({ spot, team, notifier: toNotifier(spot, notifier) }, channels.get(channel));
  }
  return new Map([...channels].map(([name, { byDefault, byTeam }]) => [name, { byDefault, byTeam }]));
}

function rawChannels(documents: readonly Entry<unknown>[]) {
  return documents.flatMap(({ raw, spot }) => {
    const { channels = {} } = raw as { readonly channels?: RawChannels };
    return Object.entries(channels).map(([name, own]) => ({
      name,
      raw: own,
      spot: spot.at('channels', name),
    }));
  });
}

function addTeamChannel(
  own: { readonly spot: BundleSpot; readonly team: string; readonly notifier: string | null },
  channel: Channel | undefined,
): void {
  if (channel === undefined) return;
  if (channel.byTeam.has(own.team)) {
    own.spot.report({
      code: 'conflict',
      message: `the team has a notifier for this channel twice: here and at ${channel.spot.where}`,
      hint: 'Keep one of the two',
    });
    return;
  }
  channel.byTeam.set(own.team, own.notifier);
}
