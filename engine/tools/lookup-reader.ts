/** Indexes of patches for pages: the newest one asked for stays open. */
import type {
  LookupImagesOrder,
  LookupOrder,
  LookupPatchOrder,
  LookupWordsOrder,
  ToolOutput,
} from '../contract/tools.ts';
import { findLookup, listLookups } from '../downstream/lookup/list-lookups.ts';
import { Lookup } from '../downstream/lookup/open-lookup.ts';
import { RunFolder } from '../runs/run-folder.ts';

interface Opened {
  readonly dir: string;
  readonly builtAt: string;
  readonly lookup: Lookup;
}

export class LookupReader {
  #opened: Opened | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws StudioError `lookup-damaged` */
  async list({ run }: Pick<LookupOrder, 'run'>): Promise<ToolOutput<'lookups'>> {
    return { items: (await listLookups(run)).map(({ about }) => about) };
  }

  images({ offset, count, ...order }: LookupImagesOrder): Promise<ToolOutput<'lookupImages'>> {
    return this.#with(order, async (lookup) => ({
      total: lookup.about.images,
      items: lookup.images(offset, count).map((image, i) => ({ ...image, image: offset + i })),
    }));
  }

  words({ offset, count, ...order }: LookupWordsOrder): Promise<ToolOutput<'lookupWords'>> {
    return this.#with(order, async (lookup) => ({
      total: lookup.about.words,
      items: lookup.words(offset, count),
    }));
  }

  patch({ run, name, ...query }: LookupPatchOrder): Promise<ToolOutput<'lookupPatch'>> {
    return this.#with({ run, name }, (lookup) => lookup.find(query));
  }

  /** One after the other, since an index may be closed for another one. */
  #with<T>(order: LookupOrder, use: (lookup: Lookup) => Promise<T>): Promise<T> {
    const next = this.#turn.then(async () => use(await this.#open(order)));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #open({ run, name }: LookupOrder): Promise<Lookup> {
    const { about, dir } = await findLookup(run, name);
    if (this.#opened?.dir === dir && this.#opened.builtAt === about.builtAt)
      return this.#opened.lookup;
    await this.#opened?.lookup.close();
    this.#opened = undefined;
    const lookup = await Lookup.open(await RunFolder.open(run), { about, dir });
    this.#opened = { dir, builtAt: about.builtAt, lookup };
    return lookup;
  }
}
