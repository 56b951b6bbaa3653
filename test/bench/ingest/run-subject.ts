import { likeAlertmanager } from './bench-rules.js';
import { measure, type Measurement } from './measure.js';
import type { PartContext } from './part.js';
import { describeRun } from './report.js';
import { startAlertmanagerSubject } from './subject-alertmanager.js';
import { startBareNode } from './subject-bare-node.js';
import { startTocsinSubject } from './subject-tocsin.js';
import type { StartSubject, SubjectName } from './subject.js';
import type { Workload } from './workload.js';

const starts: Readonly<Record<SubjectName, StartSubject>> = {
  tocsin: () => startTocsinSubject(likeAlertmanager),
  alertmanager: startAlertmanagerSubject,
  'bare-node': startBareNode,
};

/** Runs a workload on a server of its own, notes and shows what came of it. */
export async function runSubject(
  { runs, show }: PartContext,
  subject: SubjectName,
  run: { readonly name: string; readonly workload: Workload },
): Promise<Measurement> {
  const measured = await measure({ subject, start: starts[subject] }, run);
  runs.push(measured);
  show(describeRun(measured));
  for (const problem of measured.problems) show(`  ${problem}`);
  return measured;
}
