/** The nearest neighbours of a bounded number of query images, as `neighbours.json`. */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NeighbourList, NeighbourQuery } from '../../contract/studio/neighbours.ts';
import { neighbourListSchema } from '../../contract/studio/neighbours.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { readJsonFile } from '../../disk/json-file.ts';
import { refuseTaken } from '../../disk/result-file.ts';
import type { Neighbours } from '../../features/neighbours.ts';
import type { Outcomes } from '../classify/outcomes.ts';

/** Images of a side, by row. */
export interface LabelledRows {
  readonly paths: readonly string[];
  readonly labels: readonly number[];
}

export interface NeighbourSources {
  readonly outcomes: Outcomes;
  /** Of at least k neighbours, or of all. */
  readonly nearest: Neighbours;
  readonly k: number;
  readonly known: LabelledRows;
  readonly asked: LabelledRows;
  readonly classes: readonly string[];
}

export const NEIGHBOURS_FILE = 'neighbours.json';
/** Most query images, and most neighbours of each, so that the file stays below some 2 MB. */
const QUERIES = 200;
const LISTED = 50;
const DECIMALS = 1e4;

export function neighbourList(sources: NeighbourSources): NeighbourList {
  const { outcomes, nearest, known, asked, classes } = sources;
  const k = Math.min(sources.k, nearest.k);
  const queries = queryOrder(outcomes).map((query): NeighbourQuery => {
    const first = query * nearest.k;
    const neighbours = Array.from({ length: Math.min(k, LISTED) }, (_, i) => {
      const row = nearest.row[first + i]!;
      const label = classes[known.labels[row]!]!;
      return {
        path: known.paths[row]!,
        label,
        similarity: rounded(nearest.similarity[first + i]!),
      };
    });
    return {
      path: asked.paths[query]!,
      actual: classes[outcomes.labels[query]!]!,
      predicted: classes[outcomes.predicted[query]!]!,
      confidence: rounded(outcomes.confidence[query]!),
      neighbours,
    };
  });
  const wrong = outcomes.rank.filter((rank) => rank > 0).length;
  return { type: 'neighbours', k, images: outcomes.count, wrong, queries };
}

/** Wrong predictions, the most confident first; then correct ones, the least confident first. */
function queryOrder({ rank, confidence }: Outcomes): number[] {
  const sign = (query: number) => (rank[query]! > 0 ? -1 : 1);
  return [...rank.keys()]
    .sort((a, b) => sign(a) - sign(b) || sign(a) * (confidence[a]! - confidence[b]!) || a - b)
    .slice(0, QUERIES);
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

/** @throws StudioError `target-taken` */
export function refuseTakenNeighbours(folder: string): Promise<void> {
  return refuseTaken(path.join(folder, NEIGHBOURS_FILE), isNeighbours);
}

/** @throws StudioError `target-taken` */
export async function writeNeighbours(folder: string, list: NeighbourList): Promise<string> {
  const file = path.join(folder, NEIGHBOURS_FILE);
  const text = `${JSON.stringify(list)}\n`;
  await writeFileAtomically(file, (beside) => writeFile(beside, text), undefined, isNeighbours);
  return file;
}

async function isNeighbours(file: string): Promise<boolean> {
  return (await readJsonFile(file, neighbourListSchema)) !== undefined;
}
