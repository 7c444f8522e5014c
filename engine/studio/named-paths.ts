/** Files that the studio has named to a surface, which may therefore request their pictures. */

const KEPT = 100_000;

export class NamedPaths {
  readonly #paths = new Set<string>();

  add(paths: readonly string[]): void {
    for (const path of paths) {
      // The path moves to the end, since the oldest entries are removed first.
      this.#paths.delete(path);
      this.#paths.add(path);
    }
    for (const oldest of this.#paths) {
      if (this.#paths.size <= KEPT) break;
      this.#paths.delete(oldest);
    }
  }

  /** Add the files of a page of images. @returns the page */
  addItems<T extends { readonly items: readonly { readonly path: string }[] }>(page: T): T {
    this.add(page.items.map((item) => item.path));
    return page;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }
}
