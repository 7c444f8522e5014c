/** Names of results for images: their paths below the folder that they have in common. */
import path from 'node:path';

export interface NamedImage {
  /** Below the folder, with `/`; of an image elsewhere its whole path without the root. */
  readonly relative: string;
  /** The same without its ending, where no other image has it, else with it. */
  readonly stem: string;
}

export class ImageNames {
  readonly #base: string;
  /** Stems in lower case, since some file systems know no other. */
  readonly #used = new Set<string>();

  /** @param given absolute paths of folders, images and lists that were given */
  constructor(given: readonly string[], isFolder: readonly boolean[]) {
    const folders = given.map((one, i) => (isFolder[i] ? one : path.dirname(one)));
    this.#base = folders.reduce(commonFolder);
  }

  /** @param image absolute */
  nameOf(image: string): NamedImage {
    const relative = this.relativeOf(image);
    const stem = relative.slice(0, relative.length - path.posix.extname(relative).length);
    const free = [stem, relative].find((one) => !this.#used.has(one.toLowerCase())) ?? relative;
    this.#used.add(free.toLowerCase());
    return { relative, stem: free };
  }

  relativeOf(image: string): string {
    const below = path.relative(this.#base, image);
    const isBelow = !(
      below === '..' ||
      below.startsWith(`..${path.sep}`) ||
      path.isAbsolute(below)
    );
    const shown = isBelow ? below : image.slice(path.parse(image).root.length);
    return shown.split(path.sep).join('/');
  }
}

function commonFolder(a: string, b: string): string {
  const [first, second] = [a, b].map((one) => one.split(path.sep));
  const differs = first!.findIndex((part, i) => part !== second![i]);
  const common = differs < 0 ? a : first!.slice(0, differs).join(path.sep);
  return common === '' ? path.parse(a).root : common;
}
