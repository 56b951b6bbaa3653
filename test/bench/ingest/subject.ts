export const subjectNames = ['tocsin', 'alertmanager', 'bare-node'] as const;
export type SubjectName = (typeof subjectNames)[number];

/** A server under load, started with an empty state of its own. All take the same bytes under the same path. */
export interface Subject {
  readonly port: number;
  readonly pid: number;
  /** Resolves once everything acknowledged so far has been worked off; says how many entries waited when it was asked. */
  settle(): Promise<{ readonly backlog: number }>;
  /** Holds what the server has against what it acknowledged. An empty list: it adds up. */
  check(sent: { readonly alerts: number; readonly series: number }): Promise<readonly string[]>;
  /** Stops the server and removes its state. */
  stop(): Promise<void>;
}

export type StartSubject = () => Promise<Subject>;
