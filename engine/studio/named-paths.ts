/** Files that the studio itself has named to a surface, which may therefore ask for their pictures. */

const KEPT = 100_000;

export class NamedPaths {
  readonly #paths = new Set<string>();

  add(paths: readonly string[]): void {
    for (const path of paths) {
      // Moved to the end: those that were named longest ago go first.
      this.#paths.delete(path);
      this.#paths.add(path);
    }
    for (const oldest of this.#paths) {
      if (this.#paths.size <= KEPT) break;
      this.#paths.delete(oldest);
    }
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }
}
