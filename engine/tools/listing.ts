/** Write the list of the images of a data set after a scan, and read its pages. */
import { isBackground } from '../contract/class-labels.ts';
import { defined } from '../contract/defined.ts';
import type { ImagePage, PageOrder } from '../contract/tools.ts';
import type { Sample } from '../data/sources/index-types.ts';
import type { LazyList } from '../data/sources/lazy-list.ts';
import type { FolderGroup } from './folder-groups.ts';
import type { ListedLabels, ListedMeaning } from './listed-labels.ts';
import { type FooterCache, type ImageEntry, ImageListing, writeListing } from './listing-file.ts';
import { positionsBy } from './positions-by.ts';
import { shuffledAt } from './shuffle.ts';
import { sizeBinOf } from './sizes.ts';

/** Names of views. A class or folder is at the end, since it may have any name. */
const DUPLICATES = 'duplicates';
const BY_CLASS = 'by class';
const classView = (name: string) => `class:${name}`;
const sideView = (from: number) => `side:${from}`;
const folderView = (path: string) => `folder:${path}`;

export interface ListedSample extends Sample {
  readonly label?: number;
  /** Numbers of all its classes, where images may have several. */
  readonly labels?: readonly number[];
  /** Its masks or boxes. */
  readonly dense?: ListedLabels;
}

export interface ListedSet {
  readonly folders: readonly string[];
  readonly samples: LazyList<ListedSample>;
  readonly classes?: readonly string[];
  /** Of a set with dense labels. */
  readonly meaning?: ListedMeaning | undefined;
  /** Groups of positions of equal images. */
  readonly duplicates: readonly (readonly number[])[];
  /** Images by folder, where there are several. */
  readonly groups?: readonly FolderGroup[];
}

export async function listImages(file: string, set: ListedSet): Promise<void> {
  const { folders, samples, classes, meaning } = set;
  const namesOf = ({ label, labels }: ListedSample) =>
    (labels ?? (label === undefined ? [] : [label]))
      .filter((one) => meaning === undefined || !isBackground(meaning.classes[one]!))
      .map((one) => classes?.[one] ?? '');
  function* images(): Iterable<ImageEntry> {
    for (const sample of samples) {
      const { path, width, height, bytes, format, stored, dense: labels } = sample;
      const channels = stored?.channels;
      const name = namesOf(sample).join(', ');
      const image = { path, width, height, bytes, format, ...defined({ channels, labels }) };
      yield name === '' ? image : { ...image, class: name };
    }
  }
  await writeListing(file, { folders, images: images(), meaning, views: viewsOf(set) });
}

type Views = Map<string, readonly number[] | Uint32Array>;

function viewsOf({ samples, classes, duplicates, groups = [] }: ListedSet): Views {
  const views: Views = new Map([[DUPLICATES, duplicates.flat()]]);
  for (const [side, positions] of positionsBy(sidesOf(samples), samples.length))
    views.set(sideView(side), positions);
  for (const { path, positions } of groups) views.set(folderView(path), positions);
  if (classes === undefined) return views;
  const ofClasses = classes.map((): number[] => []);
  const firsts: number[][] = [...classes.map(() => []), []];
  let position = 0;
  for (const { label, labels } of samples) {
    const all = labels ?? (label === undefined ? [] : [label]);
    for (const one of all) ofClasses[one]!.push(position);
    firsts[all[0] ?? classes.length]!.push(position);
    position++;
  }
  classes.forEach((name, i) => {
    views.set(classView(name), ofClasses[i]!);
  });
  // An image with several classes comes once, with the first of them.
  views.set(BY_CLASS, firsts.flat());
  return views;
}

function* sidesOf(samples: Iterable<ListedSample>): Generator<number> {
  for (const sample of samples) yield sizeBinOf(sample);
}

const CACHED_FOOTERS = 8;

/** Reads pages of lists. Files are closed after each page, since Windows cannot replace open files. */
export class ListingReader {
  readonly #footers: FooterCache = new Map();
  /** The positions of the last combination of filters. */
  #combined: { readonly key: string; readonly positions: Uint32Array } | undefined;

  /** @throws StudioError `listing-missing`, `listing-damaged` */
  async page(order: PageOrder): Promise<ImagePage> {
    const listing = await ImageListing.open(order.listing, this.#footers);
    try {
      const views = viewsFor(order, listing);
      return views.length > 1
        ? await this.#combinedPage(listing, views, order)
        : await viewPage(listing, views[0], order);
    } finally {
      await listing.close();
      for (const old of [...this.#footers.keys()].slice(0, -CACHED_FOOTERS))
        this.#footers.delete(old);
    }
  }

  /** An image of a list with its dense labels, and what they mean. */
  async labelled(
    file: string,
    index: number,
  ): Promise<{ readonly image: ImageEntry; readonly meaning: ListedMeaning | undefined }> {
    const listing = await ImageListing.open(file, this.#footers);
    try {
      return { image: await listing.entry(index), meaning: listing.meaning };
    } finally {
      await listing.close();
    }
  }

  async #combinedPage(
    listing: ImageListing,
    views: readonly string[],
    order: PageOrder,
  ): Promise<ImagePage> {
    const key = JSON.stringify([listing.version, views]);
    if (this.#combined?.key !== key)
      this.#combined = { key, positions: await intersection(listing, views) };
    const { positions } = this.#combined;
    const places = placesOf(order, positions.length);
    return {
      total: positions.length,
      items: await listing.at(places.map((place) => positions[place]!)),
    };
  }
}

async function viewPage(
  listing: ImageListing,
  view: string | undefined,
  order: PageOrder,
): Promise<ImagePage> {
  const total = listing.count(view) ?? 0;
  if (order.order !== 'shuffled')
    return { total, items: await listing.page(order.offset, order.count, view) };
  const places = placesOf(order, total);
  return { total, items: await listing.at(await listing.positions(places, view)) };
}

/** Which images of all that fit belong to the page, in its order. */
function placesOf({ offset, count, order, seed = 0 }: PageOrder, total: number): number[] {
  const length = Math.max(0, Math.min(total, offset + count) - offset);
  const places = Array.from({ length }, (_, i) => offset + i);
  return order === 'shuffled' ? places.map((place) => shuffledAt(place, total, seed)) : places;
}

/** The views that an image must be in; the first one decides the order. */
function viewsFor(order: PageOrder, listing: ImageListing): string[] {
  const { show, class: name, side, folder } = order;
  const filters = [
    ...(show === 'duplicates' ? [DUPLICATES] : []),
    ...(name === undefined ? [] : [classView(name)]),
    ...(side === undefined ? [] : [sideView(side)]),
    ...(folder === undefined ? [] : [folderView(folder)]),
  ];
  // Duplicates stay together, and lists of older scans have no such order.
  const isByClass =
    order.order === 'class' && show !== 'duplicates' && listing.count(BY_CLASS) !== undefined;
  return isByClass ? [BY_CLASS, ...filters] : filters;
}

async function intersection(
  listing: ImageListing,
  [first, ...others]: readonly string[],
): Promise<Uint32Array> {
  const hits = new Uint8Array(listing.count()!);
  for (const view of others) for (const position of await listing.view(view)) hits[position]! += 1;
  return (await listing.view(first!)).filter((position) => hits[position] === others.length);
}
