/** Messages of a studio to all surfaces that listen. */
import type { Push } from '../contract/studio/push.ts';

export class Pushes {
  readonly #listeners = new Set<(push: Push) => void>();

  send(message: Push): void {
    for (const listener of this.#listeners) listener(message);
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
  }
}
