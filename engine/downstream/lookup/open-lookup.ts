/** An opened index of patches: nearest patches of a patch of any image, and the vocabulary. */
import path from 'node:path';
import { parseRecipe } from '../../contract/recipe.ts';
import type {
  ImageScores,
  LookupAbout,
  LookupResult,
  NearPatch,
  Patch,
  Word,
} from '../../contract/studio/lookup.ts';
import { usageError } from '../../contract/usage-error.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import { NetworkInput } from '../../data/views/network-input.ts';
import { PatchFeatures } from '../../features/patch-features.ts';
import {
  type IndexedImage,
  readIndexedImages,
  readVocabulary,
  type StoredWord,
} from '../../insight/lookup/index-files.ts';
import { PatchIndex } from '../../insight/lookup/patch-index.ts';
import { imagesOfModel, type Model } from '../../models/model.ts';
import { checkpointOf, modelOfRun } from '../../models/run-model.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { ImageScorer, maskCovering, probabilitiesOf } from '../../tasks/pretrain/image-scores.ts';
import type { KeptLookup } from './list-lookups.ts';
import { patchBox, viewBox } from './patch-box.ts';

export interface LookupQuery {
  /** A position in the index, or a path. */
  readonly image: number | string;
  readonly row: number;
  readonly col: number;
  readonly k: number;
  /** Cells that are read; those of the index if left out. */
  readonly probes?: number | undefined;
  readonly scores: boolean;
}

/** Images with whose statistics the projectors normalise, the asked one among them. */
const SCORED_BATCH = 16;

export class Lookup {
  readonly about: LookupAbout;
  readonly #run: RunFolder;
  readonly #index: PatchIndex;
  readonly #images: readonly IndexedImage[];
  readonly #words: readonly StoredWord[];
  readonly #device: string | undefined;
  #model: Promise<Model> | undefined;
  #features: Promise<PatchFeatures> | undefined;
  #scorer: Promise<ImageScorer> | undefined;

  private constructor(
    run: RunFolder,
    about: LookupAbout,
    files: {
      readonly index: PatchIndex;
      readonly images: readonly IndexedImage[];
      readonly words: readonly StoredWord[];
    },
    device: string | undefined,
  ) {
    this.about = about;
    this.#run = run;
    this.#index = files.index;
    this.#images = files.images;
    this.#words = files.words;
    this.#device = device;
  }

  /** @throws StudioError `lookup-damaged` */
  static async open(run: RunFolder, { about, dir }: KeptLookup, device?: string): Promise<Lookup> {
    const { patches, rows, cols, width, cells } = about;
    const [images, words] = [await readIndexedImages(dir), await readVocabulary(dir)];
    const index = await PatchIndex.open(dir, { patches, perImage: rows * cols, width, cells });
    return new Lookup(run, about, { index, images, words }, device);
  }

  images(offset: number, count: number): readonly IndexedImage[] {
    return this.#images.slice(offset, offset + count);
  }

  /** The network that the index compares. */
  get model(): Promise<Model> {
    return this.#openModel();
  }

  /** @throws StudioError `image-unreadable`, `usage` for a patch outside the grid */
  async find(query: LookupQuery): Promise<LookupResult> {
    const { row, col, k } = query;
    const { rows, cols, imageSize, name } = this.about;
    if (row >= rows || col >= cols)
      throw usageError(
        `There is no patch ${row},${col}: rows are 0 to ${rows - 1} and columns 0 to ${cols - 1}.`,
      );
    const image = await this.#imageAt(query.image);
    const place = row * cols + col;
    const vector =
      image.position === undefined
        ? await this.#vectorOf(image, place)
        : await this.#index.rowOf(image.position * rows * cols + place);
    const probes = query.probes ?? this.about.probes;
    const { found, compared } = await this.#index.search(vector, {
      ...{ k, probes },
      without: image.position,
    });
    const scores = query.scores ? await this.#scores(image, place) : undefined;
    return {
      index: name,
      query: this.#patchAt(image, place, image.position),
      ...{ k, probes, compared },
      seen: viewBox(image, imageSize),
      neighbours: found.map(
        ({ patch, similarity }): NearPatch => ({ ...this.#patch(patch), similarity }),
      ),
      ...(scores !== undefined && { scores }),
    };
  }

  /** Words by their number of patches, most first. */
  words(offset: number, count: number): Word[] {
    const order = [...this.#words.keys()].sort(
      (a, b) => this.#words[b]!.patches - this.#words[a]!.patches || a - b,
    );
    return order.slice(offset, offset + count).map((word) => {
      const { patches, images, examples } = this.#words[word]!;
      return { word, patches, images, examples: examples.map((patch) => this.#patch(patch)) };
    });
  }

  async close(): Promise<void> {
    await this.#index.close();
    await (await this.#features)?.dispose();
    await (await this.#scorer)?.dispose();
  }

  async #imageAt(asked: number | string): Promise<IndexedImage & { position?: number }> {
    if (typeof asked === 'number') {
      const found = this.#images[asked];
      if (found !== undefined) return { ...found, position: asked };
      throw usageError(`The index has no image ${asked}: it has ${this.#images.length}.`);
    }
    const at = path.resolve(asked);
    const position = this.#images.findIndex((image) => image.path === at);
    if (position >= 0) return { ...this.#images[position]!, position };
    const input = new NetworkInput(imagesOfModel(await this.#openModel()));
    const { width, height } = await input.decode(at);
    return { path: at, width, height };
  }

  #patch(patch: number): Patch {
    const { rows, cols } = this.about;
    const position = Math.floor(patch / (rows * cols));
    return this.#patchAt(this.#images[position]!, patch % (rows * cols), position);
  }

  #patchAt(image: IndexedImage, place: number, position?: number): Patch {
    const { rows, cols, imageSize } = this.about;
    const [row, col] = [Math.floor(place / cols), place % cols];
    const box = patchBox(image, { imageSize, rows, cols }, row, col);
    return { path: image.path, row, col, box, ...(position !== undefined && { image: position }) };
  }

  #openModel(): Promise<Model> {
    const { step, network } = this.about;
    this.#model ??= modelOfRun(this.#run, { step, ...(network && { network }) });
    return this.#model;
  }

  async #vectorOf(image: IndexedImage, place: number): Promise<Float32Array> {
    const model = await this.#openModel();
    this.#features ??= PatchFeatures.open({
      ...{ vit: model.vit, tensors: model.tensors, layer: this.about.layer },
      ...{ device: this.#device, batchSize: 1 },
    });
    const pixels = await loadEvalImages([image], imagesOfModel(model));
    const { data, width } = await (await this.#features).of(pixels);
    return data.slice(place * width, (place + 1) * width);
  }

  /** Undefined for a network without a teacher. */
  async #scores(
    image: IndexedImage & { position?: number },
    place: number,
  ): Promise<ImageScores | undefined> {
    const { record } = this.#run;
    if (record.kind !== 'pretrain') return undefined;
    const recipe = parseRecipe(record.recipe);
    const others = this.#companions(image);
    const batch = others.length + 1;
    this.#scorer = this.#scorerOf(batch, recipe);
    const scorer = await this.#scorer;
    const model = await this.#openModel();
    const broken = new Set<number>();
    const pixels = await loadEvalImages(
      [image, ...others.map(({ path: at }) => ({ path: at }))],
      imagesOfModel(model),
      (position) => broken.add(position),
    );
    if (broken.has(0)) await loadEvalImages([image], imagesOfModel(model));
    // A companion that is gone is replaced, so that no blank image counts among the statistics.
    const size = pixels.length / batch;
    for (const position of broken) pixels.copyWithin(position * size, 0, size);
    const ids = [image.position ?? 0, ...others.map(({ position }) => position)];
    const N = this.about.rows * this.about.cols;
    const masks = new Uint8Array(batch * N);
    for (const [i, id] of ids.entries()) masks.set(maskCovering(recipe, id, place), i * N);
    const cosines = (await scorer.score(pixels, masks)).subarray(place * N, (place + 1) * N);
    const probabilities = probabilitiesOf(cosines, recipe.temperature);
    return {
      ...{ temperature: recipe.temperature, batch },
      mask: [...masks.subarray(0, N)],
      cosines: [...cosines],
      probabilities,
      taken: probabilities.indexOf(Math.max(...probabilities)),
    };
  }

  async #scorerOf(batch: number, recipe: ReturnType<typeof parseRecipe>): Promise<ImageScorer> {
    const known = await this.#scorer;
    if (known?.batch === batch) return known;
    await known?.dispose();
    const { state } = await checkpointOf(this.#run, this.about.step);
    return ImageScorer.open(recipe, state, batch, this.#device);
  }

  /** Other images, spread evenly over the index. */
  #companions(image: { readonly position?: number }): (IndexedImage & { position: number })[] {
    const others = [...this.#images.keys()].filter((at) => at !== image.position);
    const count = Math.min(SCORED_BATCH - 1, others.length);
    return Array.from({ length: count }, (_, i) => {
      const position = others[Math.floor((i * others.length) / count)]!;
      return { ...this.#images[position]!, position };
    });
  }
}
