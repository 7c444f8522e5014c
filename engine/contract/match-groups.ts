/** The match by mask neighbourhood in three groups, since few patches have most of their neighbours visible. */
import type { NeighbourhoodMatch } from './learning-measures.ts';

/** Least and most visible patches among the eight around a masked one. */
const MATCH_GROUPS = { few: [0, 2], some: [3, 5], most: [6, 8] } as const;
export type MatchGroup = keyof typeof MATCH_GROUPS;

/** The match over all patches of a group; undefined where there are none. */
export function groupMatch(
  all: readonly NeighbourhoodMatch[],
  group: MatchGroup,
): number | undefined {
  const [least, most] = MATCH_GROUPS[group];
  const within = all.filter(({ visible }) => visible >= least && visible <= most);
  const patches = within.reduce((sum, one) => sum + one.patches, 0);
  if (patches === 0) return undefined;
  return within.reduce((sum, one) => sum + one.match * one.patches, 0) / patches;
}

/** `0 to 2 visible` */
export function matchGroupText(group: MatchGroup): string {
  const [least, most] = MATCH_GROUPS[group];
  return `${least} to ${most} visible`;
}
