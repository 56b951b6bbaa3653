/**
 * Ids of findings → what each means, in a sentence or two. They are promised: reports, suppressions and docs/lint.md name them.
 * A new one needs a bundle with the mistake in test/fixtures/bundles, of which its example in docs/lint.md is made.
 */
export const findingCodes = {
  'always-true': 'A matcher that everything matches, where a test was surely meant.',
  'ambiguous-time':
    'A clock time that does not exist on that day, or comes twice, because the clocks change.',
  'bad-duration': 'A text that is no length of time, or one that is too long or too short for its place.',
  'bad-id': 'An id that is not made of small letters, digits and single hyphens.',
  'bad-path': 'A path into a message that can not be read.',
  'bad-table': 'A table that can not be read, or in which a key stands twice.',
  'bad-template': 'A text with fields in double braces that can not be filled in.',
  'bad-topic': 'A name that no topic of Kafka can have.',
  'bad-value': 'A value, or a combination of keys, that means nothing where it stands.',
  conflict: 'Two places say different things about the same.',
  'crosses-shards':
    'A rule that could bring alerts of different shards together, or writes a label that spreads them.',
  cycle: 'Names that refer to each other in a circle.',
  'dependency-cycle': 'Services that can not do without each other: each looks like the cause of the other.',
  'deprecated-rule': 'A rule that is in force and is meant to go.',
  'double-binding': 'An alert that two services bind: the first in order of files has it.',
  'duplicate-catch-all': 'A set in which two rules take what the others leave.',
  'duplicate-id': 'An id that stands twice among things of one kind.',
  'duplicate-key': 'A key that stands twice in one map.',
  'duplicate-kind': 'A second document of a kind of which a bundle has one.',
  'duplicate-stage': 'A second set of a stage that can have only one.',
  'duration-suspicious': 'A length of time that nobody would mean where it stands: seconds for minutes, say.',
  'escalation-slower-than-sla':
    'A route whose policy tells nobody, or nobody else, before the target to acknowledge has passed.',
  expired: 'A rule whose last day is over, or a window of maintenance that has been over for a long time.',
  'inhibition-without-equal': 'An inhibition by which one alert mutes others wherever they are.',
  'inhibits-each-other':
    'An inhibition whose sources and targets can mute each other, so that nobody hears of either.',
  'inhibits-itself': 'An inhibition in which an alert explains itself away.',
  'matcher-too-wide': 'A matcher that stands for more combinations of tests than the limit allows.',
  'matrix-not-monotone': 'A cell of the priority matrix that is more important than one which is worse.',
  'matrix-not-total': 'An impact and an urgency for which the matrix has no priority.',
  'missing-catch-all': 'A first-match set without a rule that takes what the others leave.',
  'missing-key': 'A key that has to be there.',
  'missing-kind': 'A bundle without a document of a kind that it needs.',
  'missing-sla': 'A priority without targets, or a clock that a policy waits for and no target sets.',
  'nesting-too-deep': 'A matcher that is nested deeper than people can read.',
  'never-true':
    'A matcher, or a test, that nothing can match: its parts contradict each other, or a list is empty.',
  'policy-never-used': 'A policy that no route names.',
  'reaches-nobody': 'A step of a policy that can come to a team which none of its channels reaches.',
  'regex-anchors-redundant': 'A regex with ^ or $ around it, which must match the whole value anyway.',
  'regex-invalid': 'A pattern that RE2 does not understand.',
  'regex-too-complex': 'A pattern whose counted repetitions make it slow.',
  'regex-too-long': 'A pattern longer than the limit.',
  shadowed: 'A rule or binding whose turn never comes, because earlier ones take all that it matches.',
  'sla-not-monotone': 'A target that is slower than the one of a less important priority.',
  'source-never-used': 'A declared source that no topic is read with.',
  'steps-out-of-order': 'A step of a policy that comes earlier than the one before it.',
  'suppression-without-expiry': 'Something that holds alerts back again and again, for ever.',
  'team-without-cover': 'Hours at which nobody is there for a team that can own incidents.',
  'tier-not-covered': 'A route that gives a team incidents of a tier which it does not cover.',
  'type-mismatch': 'A value of another type than its place wants.',
  'unknown-field':
    'A field that the vocabulary of the bundle does not have, or that does not exist yet at this stage.',
  'unknown-key': 'A key that nothing goes by here.',
  'unknown-kind': 'A document of a kind that does not exist.',
  'unknown-level': 'A level that the scale does not have.',
  'unknown-reference': 'An id that nothing in the bundle goes by.',
  'unknown-value': 'A word that is none of those which may stand here.',
  'unreachable-route': 'A route that nothing comes to.',
  'windows-overlap': 'Two spans of one schedule, or two windows, that cover the same time.',
  'yaml-alias': 'An alias without an anchor before it.',
  'yaml-alias-bomb': 'Aliases that unfold to far more than was written.',
  'yaml-depth': 'A document that is nested deeper than rules need.',
  'yaml-key': 'A key that is no plain text.',
  'yaml-syntax': 'A text that is no YAML.',
  'yaml-tab': 'A tab that indents YAML.',
  'yaml-tag': 'A tag: rules are plain data.',
  'yaml-version': 'A directive that asks for another version of YAML than 1.2.',
} as const satisfies Readonly<Record<string, string>>;

export type FindingCode = keyof typeof findingCodes;

/** Where docs/lint.md tells about it. */
export function docsOf(code: FindingCode): string {
  return `docs/lint.md#${code}`;
}
