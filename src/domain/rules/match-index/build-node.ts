import type { Steps } from '../run-steps.js';
import type { AccessPoint } from './access-point.js';
import type { AccessPlan } from './access-plan.js';
import { buildPosting, type IndexDraft } from './build-posting.js';
import { chooseCovers, costOfKind, costOfReading } from './choose-covers.js';
import { createFieldAccess, type Filed } from './field-access.js';
import type { IndexNode, NodeField, Posting } from './index-node.js';
import { countPoints } from './likelihoods.js';

/** A rule by its number in the set. */
export interface Member {
  readonly number: number;
  readonly plan: AccessPlan;
  /** What it costs to hold it against a subject. */
  readonly cost: number;
}

/** Costs are what a subject costs on average, in comparisons of plain values. */
export interface BuiltNode {
  readonly node: IndexNode;
  readonly cost: number;
}

/** So many rules under one point are told apart by another field, if that pays. */
const mostTogether = 12;
const deepest = 3;

interface Draft {
  readonly point: AccessPoint;
  readonly members: Member[];
  readonly likely: number;
}

/** Files each rule under the points that the fewest subjects have. `used`: fields that led here, which tell nothing more. */
export function* buildNode(
  members: readonly Member[],
  draft: IndexDraft,
  used: ReadonlySet<string> = new Set(),
): Steps<BuiltNode> {
  const likelihoods = yield* countPoints(members, used);
  const drafts = new Map<string, Map<string, Draft>>();
  const always: Member[] = [];
  for (const [member, cover] of yield* chooseCovers(members, likelihoods)) {
    if (cover === null) always.push(member);
    else for (const point of cover.points) file(drafts, { point, member, likely: likelihoods.of(point) });
  }
  let cost = always.reduce((sum, { cost: ofTrying }) => sum + ofTrying + 1, 0);
  const fields: NodeField[] = [];
  for (const [name, ofField] of drafts) {
    const built = yield* buildField([...ofField.values()], draft, new Set([...used, name]));
    cost += built.cost;
    fields.push(built.field);
  }
  const node = {
    always: always.map(({ number }) => number),
    fields: fields.sort((a, b) => a.first - b.first),
  };
  return { node, cost };
}

function file(
  drafts: Map<string, Map<string, Draft>>,
  { point, member, likely }: { point: AccessPoint; member: Member; likely: number },
): void {
  let ofField = drafts.get(point.name);
  if (ofField === undefined) drafts.set(point.name, (ofField = new Map<string, Draft>()));
  const known = ofField.get(point.key);
  if (known === undefined) ofField.set(point.key, { point, members: [member], likely });
  // A rule comes here once for each of its points, and may have one of them twice.
  else if (known.members.at(-1) !== member) known.members.push(member);
}

function* buildField(
  drafts: readonly Draft[],
  draft: IndexDraft,
  used: ReadonlySet<string>,
): Steps<{ readonly field: NodeField; readonly cost: number }> {
  const [{ point: ofField }] = drafts as [Draft, ...Draft[]];
  const kinds = new Set(drafts.map(({ point }) => point.kind));
  let cost = costOfReading + [...kinds].reduce((sum, kind) => sum + costOfKind[kind], 0);
  let first = Infinity;
  const filed: Filed<Posting>[] = [];
  for (const { point, members, likely } of drafts) {
    const { posting, cost: ofPosting } = yield* divide(members, draft, used);
    cost += Math.min(1, likely) * ofPosting;
    first = Math.min(first, posting.first);
    filed.push({ ...point, item: posting });
  }
  return { field: { access: createFieldAccess(ofField.field, filed), first }, cost };
}

/** Side by side, or where there are many and it pays in a node of their own. */
function* divide(
  members: readonly Member[],
  draft: IndexDraft,
  used: ReadonlySet<string>,
): Steps<{ readonly posting: Posting; readonly cost: number }> {
  const likelihoods = yield* countPoints(members, used);
  const together = buildPosting(members, { likelihoods, draft });
  if (members.length <= mostTogether || used.size >= deepest) return together;
  const { node, cost } = yield* buildNode(members, draft, used);
  if (cost > together.cost / 2) return together;
  const { begin, first } = together.posting;
  return { posting: { begin, end: begin, node, first }, cost };
}
