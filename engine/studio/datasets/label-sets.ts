/**
 * Labelled sets that users make from predictions and maps: lists in `<workspace>/labels/`, each a data set.
 * Folders of images are never written to.
 */
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { LABEL_JOINER } from '../../contract/predictions-text.ts';
import type { Dataset } from '../../contract/studio/datasets.ts';
import type { LabelledList, ToolInput, ToolPort } from '../../contract/tools.ts';
import { fileLetters } from '../file-letters.ts';
import { Turns } from '../turns.ts';
import type { Datasets } from './datasets.ts';

const SCAN_AFTER_MS = 1500;

export class LabelSets {
  readonly #root: string;
  readonly #datasets: Datasets;
  readonly #tools: ToolPort;
  /** The first label of a set adds a data set, so labels are given one after the other. */
  readonly #turns = new Turns({ atOnce: 1, waiting: Number.POSITIVE_INFINITY });
  readonly #scans = new Map<string, NodeJS.Timeout>();

  constructor(workspace: string, datasets: Datasets, tools: ToolPort) {
    this.#root = path.resolve(workspace, 'labels');
    this.#datasets = datasets;
    this.#tools = tools;
  }

  /**
   * The list of a set. Sets whose names differ only in characters that no file name may have are
   * different lists, and a set that was renamed keeps its list.
   *
   * @throws StudioError `label-set-name`
   */
  fileOf(set: string): string {
    const known = this.#setOf(set);
    if (known !== undefined) return known.folders[0]!;
    const name = fileLetters(set);
    if (!/[\p{L}\p{N}]/u.test(name))
      throw new StudioError('label-set-name', `“${set}” has no letter or digit.`, {
        advice: 'Give the labelled set another name.',
      });
    // Some file systems do not tell small letters from capital ones.
    const taken = new Set(this.#sets().map(({ folders }) => folders[0]!.toLowerCase()));
    for (let number = 1; ; number++) {
      const ending = number === 1 ? '' : ` (${number})`;
      const file = path.join(this.#root, `${name}${ending}.csv`);
      if (!taken.has(file.toLowerCase())) return file;
    }
  }

  /**
   * Add labels; the set is created if missing.
   * @throws StudioError `label-set-single`, and errors of writing
   */
  label(set: string, order: Omit<ToolInput<'label'>, 'labels'>): Promise<Dataset> {
    return this.#add(set, order.several, (labels) =>
      this.#tools.call('label', { ...order, labels }),
    );
  }

  /** Add the classes of images on a map, one an image; as {@link label}. */
  nameOnMap(set: string, order: Omit<ToolInput<'nameOnMap'>, 'labels'>): Promise<Dataset> {
    return this.#add(set, false, (labels) => this.#tools.call('nameOnMap', { ...order, labels }));
  }

  #add(
    set: string,
    hasSeveral: boolean,
    write: (labels: string) => Promise<LabelledList>,
  ): Promise<Dataset> {
    return this.#turns.run(async () => {
      const known = this.#setOf(set);
      if (hasSeveral && known !== undefined && known.several !== true)
        throw new StudioError(
          'label-set-single',
          `“${known.name}” has one label an image, and these predictions may have several.`,
          { advice: 'Give the labelled set another name.' },
        );
      const labels = this.fileOf(set);
      const { several } = await write(labels);
      if (known !== undefined) {
        this.#scanSoon(known.id);
        return known;
      }
      const separated = several ? { several, labelSeparator: LABEL_JOINER } : {};
      return this.#datasets.add({ kind: 'labelled', folders: [labels], name: set, ...separated });
    });
  }

  #sets(): Dataset[] {
    return this.#datasets
      .list()
      .filter(
        ({ kind, folders }) => kind === 'labelled' && path.dirname(folders[0]!) === this.#root,
      );
  }

  #setOf(set: string): Dataset | undefined {
    return this.#sets().find(({ name }) => name.trim() === set.trim());
  }

  close(): void {
    for (const timer of this.#scans.values()) clearTimeout(timer);
  }

  /** Scan once for several labels that are given in quick succession. */
  #scanSoon(id: string): void {
    clearTimeout(this.#scans.get(id));
    const scan = () => {
      this.#scans.delete(id);
      const known = this.#datasets.list().find((dataset) => dataset.id === id);
      if (known?.state === 'scanning') this.#scanSoon(id);
      else if (known !== undefined) this.#datasets.scan(id);
    };
    this.#scans.set(id, setTimeout(scan, SCAN_AFTER_MS));
  }
}
