/** Write the list of the images of a data set after a scan, and read its pages. */
import type { ImagePage, PageOrder } from '../contract/tools.ts';
import type { Sample } from '../data/index-types.ts';
import { type FooterCache, type ImageEntry, ImageListing, writeListing } from './listing-file.ts';

const DUPLICATES = 'duplicates';
/** Names of views. The class is at the end, since it may have any name. */
const classView = (name: string) => `class:${name}`;
const classDuplicatesView = (name: string) => `duplicates of class:${name}`;

export interface ListedSet {
  readonly folders: readonly string[];
  readonly samples: readonly (Sample & { readonly label?: number })[];
  /** The name of each label of a labelled set. */
  readonly classes?: readonly string[];
  /** Groups of positions of equal images. */
  readonly duplicates: readonly (readonly number[])[];
}

export async function listImages(file: string, set: ListedSet): Promise<void> {
  const { folders, samples, classes = [], duplicates } = set;
  const views = new Map<string, number[]>([[DUPLICATES, duplicates.flat()]]);
  for (const name of classes) {
    views.set(classView(name), []);
    views.set(classDuplicatesView(name), []);
  }
  const classOf = ({ label }: { readonly label?: number }) =>
    label === undefined ? undefined : classes[label];
  samples.forEach((sample, i) => {
    const name = classOf(sample);
    if (name !== undefined) views.get(classView(name))!.push(i);
  });
  for (const i of views.get(DUPLICATES)!) {
    const name = classOf(samples[i]!);
    if (name !== undefined) views.get(classDuplicatesView(name))!.push(i);
  }
  function* images(): Iterable<ImageEntry> {
    for (const sample of samples) {
      const { path, width, height, bytes, format } = sample;
      const name = classOf(sample);
      const image = { path, width, height, bytes, format };
      yield name === undefined ? image : { ...image, class: name };
    }
  }
  await writeListing(file, { folders, images: images(), views });
}

/** Number of cached footers. */
const CACHED_FOOTERS = 8;

/** Reads pages of lists. Files are closed after each page, since Windows cannot replace open files. */
export class ListingReader {
  readonly #footers: FooterCache = new Map();

  /** @throws StudioError `listing-missing`, `listing-damaged` */
  async page({ listing: file, offset, count, show, class: name }: PageOrder): Promise<ImagePage> {
    const listing = await ImageListing.open(file, this.#footers);
    try {
      const view = viewOf(show, name);
      const total = listing.count(view) ?? 0;
      return { total, items: await listing.page(offset, count, view) };
    } finally {
      await listing.close();
      for (const old of [...this.#footers.keys()].slice(0, -CACHED_FOOTERS))
        this.#footers.delete(old);
    }
  }
}

function viewOf(show: PageOrder['show'], name: string | undefined): string | undefined {
  if (show === 'duplicates') return name === undefined ? DUPLICATES : classDuplicatesView(name);
  return name === undefined ? undefined : classView(name);
}
