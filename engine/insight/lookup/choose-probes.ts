/** How many cells a search reads: the fewest with which it finds most of the nearest patches. */
import type { LookupAbout } from '../../contract/studio/lookup.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import type { PatchIndex } from './patch-index.ts';

/** Share of the nearest patches that is to be found. */
const WANTED_RECALL = 0.95;

/** Patches with the nearest ones of other images. */
export interface KnownNearest {
  /** of unit length */
  readonly queries: FeatureRows;
  readonly k: number;
  /** Image of a query, and numbers of the patches nearest to it. */
  imageOf(query: number): number;
  patchesOf(query: number): readonly number[];
}

export async function chooseProbes(
  index: PatchIndex,
  known: KnownNearest,
): Promise<Pick<LookupAbout, 'probes' | 'recall'>> {
  const { cells } = index.shape;
  const byProbes: { probes: number; recall: number }[] = [];
  for (let probes = 1; ; probes = Math.min(cells, probes * 2)) {
    const recall = await measureRecall(index, known, probes);
    byProbes.push({ probes, recall });
    if (recall >= WANTED_RECALL || probes === cells) {
      const { queries, k } = known;
      return { probes, recall: { k, queries: queries.count, value: recall, byProbes } };
    }
  }
}

/** Share of the nearest patches that a search finds, mean over the queries. */
export async function measureRecall(
  index: PatchIndex,
  { queries, k, imageOf, patchesOf }: KnownNearest,
  probes: number,
): Promise<number> {
  const { data, count, width } = queries;
  let shares = 0;
  for (let query = 0; query < count; query++) {
    const row = data.subarray(query * width, (query + 1) * width);
    const { found } = await index.search(row, { k, probes, without: imageOf(query) });
    const wanted = patchesOf(query);
    const hits = found.filter(({ patch }) => wanted.includes(patch)).length;
    shares += wanted.length === 0 ? 1 : hits / wanted.length;
  }
  return count === 0 ? 1 : shares / count;
}
