/**
 * Preview of pre-training inputs: both views and the mask of some images, made by the code and the
 * random numbers of training itself.
 */
import path from 'node:path';
import sharp from 'sharp';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { type Recipe, recipeGeometry } from '../contract/recipe.ts';
import { type Division, divisionOf } from '../contract/settings/division.ts';
import type { View } from '../contract/studio/datasets.ts';
import type { PreviewOrder } from '../contract/tools.ts';
import { leaveMasksOut } from '../data/annotations/masks-beside.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { storedKindOf } from '../data/pixels/stored/decode-planes.ts';
import { examineFiles } from '../data/scan/examine.ts';
import type { FileFacts } from '../data/scan/file-facts.ts';
import { partsOf, sampleOf, samplePart } from '../data/scan/sample-of.ts';
import type { Sample } from '../data/sources/index-types.ts';
import { evenly } from '../data/sources/lazy-list.ts';
import { pickImages } from '../data/sources/pick.ts';
import { reasonOf } from '../data/sources/unreadable.ts';
import { Renderer } from '../data/views/render.ts';
import type { RenderSource } from '../data/views/render-plan.ts';
import { loadRecipe } from '../recipes/load.ts';
import { pairPlan } from '../tasks/pretrain/batches.ts';
import { recipeMask } from '../tasks/pretrain/masks.ts';
import { measuredRecipe } from '../train/measured-recipe.ts';
import { ImageListing } from './listing-file.ts';

/** An image to show, with its sample id in training. */
interface Candidate {
  readonly source: RenderSource;
  readonly sampleId: number;
}

/** Candidates for each image that is shown, since some may be damaged. */
const CANDIDATES_PER_VIEW = 3;
const MOST_EXCLUDED = 500;

/**
 * @throws StudioError `folder-missing`, `no-images` when no candidate can be decoded; those of reading
 *   recipes
 */
export async function previewViews(order: PreviewOrder): Promise<View[]> {
  const loaded = loadRecipe(order.recipe, order.settings);
  const listed = await fromListing(order);
  const candidates = listed ?? (await fromFolders(order, divisionOf(loaded.recipe)));
  // What is to be measured over the set is measured over the images that are shown.
  const trainedOn = candidates.map(({ source }) => source);
  const recipe = await measuredRecipe(loaded.recipe, { trainedOn });
  const renderer = new Renderer(pairPlan(recipe));
  const views: View[] = [];
  let reason = 'no image file was found';
  for (const candidate of candidates) {
    if (views.length >= order.count) break;
    try {
      views.push(await drawView(renderer, recipe, order.draw, candidate));
    } catch (error) {
      reason = `${candidate.source.path}: ${reasonOf(error)}`;
    }
  }
  if (views.length > 0) return views;
  throw new StudioError(
    'no-images',
    `There is no image to show in ${order.folders.join(', ')}: ${reason}`,
    { advice: 'Give a folder with JPEG, PNG, WebP, TIFF, GIF, AVIF, BMP or other images in it.' },
  );
}

/** Evenly spaced images of the last scan, then their successors; undefined where the folders have no list. */
async function fromListing({
  folders,
  listing: file,
  count,
}: PreviewOrder): Promise<Candidate[] | undefined> {
  if (file === undefined) return undefined;
  const listing = await ImageListing.open(file).catch(() => undefined);
  if (listing === undefined) return undefined;
  try {
    const absolute = (given: readonly string[]) =>
      given.map((each) => path.resolve(each)).join('\n');
    if (absolute(listing.folders) !== absolute(folders)) return undefined;
    const total = listing.count()!;
    const chosen = evenly(
      Array.from({ length: total }, (_, i) => i),
      count,
    );
    const neighbours = chosen.map((i) => (i + 1) % total).filter((i) => !chosen.includes(i));
    const items = await Promise.all(
      [...chosen, ...neighbours].map(async (i) => (await listing.page(i, 1))[0]!),
    );
    return await Promise.all(
      items.map(async ({ index, ...source }) => {
        // Lists do not say how files are stored; one that cannot be read is named when it is drawn.
        const stored = await storedKindOf(source.path).catch(() => undefined);
        return { source: { ...source, ...defined({ stored }) }, sampleId: index };
      }),
    );
  } finally {
    await listing.close();
  }
}

async function fromFolders(
  { folders, exclude = [], count }: PreviewOrder,
  division: Division,
): Promise<Candidate[]> {
  const excluded = await readExcluded(exclude);
  const wanted = count * CANDIDATES_PER_VIEW;
  // So many more are picked as may be left out, within bounds: a preview is no scan.
  const more = Math.min(excluded.size, MOST_EXCLUDED);
  const found = await pickImages((await leaveMasksOut(folders)).folders, wanted + more);
  const picked = evenly(
    found.filter(({ path: file }) => !excluded.has(file)),
    wanted,
  );
  const candidates: Candidate[] = [];
  // Likely images are examined first, so that few are examined when none is damaged.
  for (let i = 0; i < CANDIDATES_PER_VIEW && candidates.length < count; i++) {
    const files = picked.filter((_, at) => at % CANDIDATES_PER_VIEW === i);
    const facts = await examineFiles(files, division);
    for (const [at, file] of files.entries()) {
      const found = facts.at(at);
      if (found === undefined || found.reason !== undefined) continue;
      for (const { path, width, height, stored } of someOf(file.path, found, count)) {
        if (excluded.has(path)) continue;
        const source = { path, width, height, ...(stored && { stored }) };
        candidates.push({ source, sampleId: candidates.length });
      }
    }
  }
  return candidates;
}

/** The image of a file, or at most `count` of its pictures or tiles, evenly spaced. */
function someOf(file: string, found: FileFacts, count: number): Sample[] {
  const parts = partsOf(found);
  if (parts === undefined) return [sampleOf(file, found)];
  const all = Array.from({ length: parts }, (_, i) => i);
  return evenly(all, count).map((part) => samplePart(file, found, part));
}

async function drawView(
  renderer: Renderer,
  recipe: Recipe,
  epoch: number,
  { source, sampleId }: Candidate,
): Promise<View> {
  const { height, width, rows, cols } = recipeGeometry(recipe);
  const ids = { epoch, sampleId, repeat: 0 };
  const views = renderer.bytes(await renderer.decode(source, ids), ids);
  const [student, teacher] = await Promise.all(
    views.map((data) => pngAddress(data, width, height)),
  );
  const mask = [...recipeMask(recipe, epoch, sampleId)].map((value) => value === 1);
  return {
    path: source.path,
    width,
    height,
    rows,
    cols,
    mask,
    student: student!,
    teacher: teacher!,
  };
}

async function pngAddress(data: Uint8Array, width: number, height: number): Promise<string> {
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const bytes = await image.png({ compressionLevel: 4 }).toBuffer();
  return `data:image/png;base64,${bytes.toString('base64')}`;
}
