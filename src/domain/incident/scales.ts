/** From the first sight of an incident to its end; lifecycle.ts says what leads from where to where. */
export const incidentStates = [
  'new',
  'acknowledged',
  'in-progress',
  'on-hold',
  'resolved',
  'closed',
] as const;
export type IncidentState = (typeof incidentStates)[number];

/** P1 is the most important. */
export const priorities = ['P1', 'P2', 'P3', 'P4', 'P5'] as const;
export type Priority = (typeof priorities)[number];

/** L1 is the first line. */
export const supportTiers = ['L1', 'L2', 'L3'] as const;
export type SupportTier = (typeof supportTiers)[number];
