import { formatField } from '../field.js';
import type { AccessKind, AccessPoint } from './access-point.js';
import { coverPlan, pointsOf, type AccessPlan } from './access-plan.js';
import { createFieldAccess, type Filed } from './field-access.js';
import type { IndexNode, NodeField, Posting } from './index-node.js';

/** A rule by its number in the set. */
export interface Member {
  readonly number: number;
  readonly plan: AccessPlan;
  /** What it costs to hold it against a subject. */
  readonly cost: number;
}

/** A node and what it costs a subject on average, in comparisons of plain values. */
export interface BuiltNode {
  readonly node: IndexNode;
  readonly cost: number;
}

/** So many rules under one point are told apart by another field, if that pays. */
const mostTogether = 3;
const deepest = 3;

/** What looking costs, in comparisons of plain values. */
const costOfKind: Readonly<Record<AccessKind, number>> = {
  ...{ equal: 1, present: 0, missing: 0, prefix: 2, suffix: 5, contains: 8, words: 6 },
};
const costOfReading = 1.5;

interface Draft {
  readonly point: AccessPoint;
  readonly members: Member[];
  readonly likely: number;
}

/** Files each rule under the points that the fewest subjects have. `used`: fields that led here, which tell nothing more. */
export function buildNode(members: readonly Member[], used: ReadonlySet<string> = new Set()): BuiltNode {
  const likelihoods = countPoints(members, used);
  const drafts = new Map<string, Map<string, Draft>>();
  const always: Member[] = [];
  for (const member of members) {
    const cover = coverPlan(member.plan, (point) => likelihoods.priceOf(point));
    if (cover === null) always.push(member);
    else for (const point of cover.points) file(drafts, { point, member, likely: likelihoods.of(point) });
  }
  let cost = costOfAll(always);
  const fields: NodeField[] = [];
  for (const [name, ofField] of drafts) {
    const built = buildField([...ofField.values()], new Set([...used, name]));
    cost += built.cost;
    fields.push(built.field);
  }
  const node = {
    always: always.map(({ number }) => number),
    fields: fields.sort((a, b) => a.first - b.first),
  };
  return { node, cost };
}

/** Of candidates: what led to them holds, so that more of the matcher is looked at than of any rule. */
function costOfAll(members: readonly Member[]): number {
  return members.reduce((sum, { cost }) => sum + cost + 1, 0);
}

function file(
  drafts: Map<string, Map<string, Draft>>,
  { point, member, likely }: { point: AccessPoint; member: Member; likely: number },
): void {
  const name = formatField(point.field);
  const ofField = drafts.get(name) ?? new Map<string, Draft>();
  drafts.set(name, ofField);
  const key = keyOf(point);
  const draft = ofField.get(key);
  if (draft === undefined) ofField.set(key, { point, members: [member], likely });
  // A rule comes here once for each of its points, and may have one of them twice.
  else if (draft.members.at(-1) !== member) draft.members.push(member);
}

function buildField(drafts: readonly Draft[], used: ReadonlySet<string>): { field: NodeField; cost: number } {
  const [draft] = drafts as [Draft, ...Draft[]];
  const kinds = new Set(drafts.map(({ point }) => point.kind));
  let cost = costOfReading + [...kinds].reduce((sum, kind) => sum + costOfKind[kind], 0);
  let first = Infinity;
  const filed: Filed<Posting>[] = [];
  for (const { point, members, likely } of drafts) {
    const { posting, cost: ofPosting } = buildPosting(members, used);
    cost += Math.min(1, likely) * ofPosting;
    first = Math.min(first, posting.first);
    filed.push({ ...point, item: posting });
  }
  return { field: { access: createFieldAccess(draft.point.field, filed), first }, cost };
}

function buildPosting(
  members: readonly Member[],
  used: ReadonlySet<string>,
): { posting: Posting; cost: number } {
  const [lowest] = members as readonly [Member, ...Member[]];
  const first = lowest.number;
  const cost = costOfAll(members);
  if (members.length > mostTogether && used.size < deepest) {
    const built = buildNode(members, used);
    if (built.cost < cost / 2) return { posting: { rules: [], node: built.node, first }, cost: built.cost };
  }
  return { posting: { rules: members.map(({ number }) => number), node: null, first }, cost };
}

interface Likelihoods {
  /** Share of subjects that have the point, as far as rules tell: what few of them ask for is rare. */
  of(point: AccessPoint): number;
  priceOf(point: AccessPoint): number | null;
}

/** A field that few rules are filed under costs each subject a look all the same: in verified rules. */
const priceOfField = 1.5;

function countPoints(members: readonly Member[], used: ReadonlySet<string>): Likelihoods {
  const fields = new Map<string, { rules: number; asked: number; readonly points: Map<string, number> }>();
  for (const { plan } of members) {
    const mentioned = new Set<string>();
    for (const point of pointsOf(plan)) {
      const name = formatField(point.field);
      if (used.has(name)) continue;
      const field = fields.get(name) ?? { rules: 0, asked: 0, points: new Map<string, number>() };
      fields.set(name, field);
      if (!mentioned.has(name)) field.rules += 1;
      mentioned.add(name);
      field.asked += 1;
      const key = keyOf(point);
      field.points.set(key, (field.points.get(key) ?? 0) + 1);
    }
  }
  const of = (point: AccessPoint): number => {
    if (point.kind === 'present') return 0.9;
    if (point.kind === 'missing') return 0.5;
    const field = fields.get(formatField(point.field));
    const count = field?.points.get(keyOf(point)) ?? 0;
    // A value that is asked for has about one of the points, and one that few rules ask for may have none.
    return Math.max(count / Math.max(members.length, field?.asked ?? 0), leastLikely(point));
  };
  return {
    of,
    priceOf(point) {
      const field = fields.get(formatField(point.field));
      return field === undefined ? null : of(point) + priceOfField / field.rules;
    },
  };
}

/** Short pieces stand in many values. */
function leastLikely({ kind, text }: AccessPoint): number {
  return kind === 'equal' ? 0 : Math.min(1, 2 / 4 ** text.length);
}

function keyOf({ kind, text, folded }: AccessPoint): string {
  return `${kind} ${String(folded)} ${text}`;
}
