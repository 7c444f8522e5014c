/**
 * Named intermediate values of a network, for those who ask for them by name.
 *
 * A forward pass offers each value under the name of the module that makes it, such as
 * `blocks.3.attn.probs`. Only what was asked for is taken, so a graph without taps is the same graph.
 */
import { StudioError } from '../contract/errors.ts';
import type { Node, Output } from '../ir/types.ts';

interface Shared {
  readonly wanted: ReadonlySet<string>;
  readonly taken: Map<string, Node>;
  /** Names of all values that the network has. */
  readonly offered: Set<string>;
}

export class Taps {
  readonly #shared: Shared;
  readonly #prefix: string;

  private constructor(shared: Shared, prefix: string) {
    this.#shared = shared;
    this.#prefix = prefix;
  }

  /** @param names of the values to take */
  static of(names: Iterable<string> = []): Taps {
    return new Taps({ wanted: new Set(names), taken: new Map(), offered: new Set() }, '');
  }

  /** The same taps, for a part of the network whose names all begin with `prefix`. */
  within(prefix: string): Taps {
    return new Taps(this.#shared, this.#prefix + prefix);
  }

  /** @param value a function where the value needs nodes that the network itself does not have */
  offer(name: string, value: Node | (() => Node)): void {
    const whole = this.#prefix + name;
    const { wanted, taken, offered } = this.#shared;
    offered.add(whole);
    if (!wanted.has(whole)) return;
    taken.set(whole, typeof value === 'function' ? value() : value);
  }

  /**
   * What was asked for, as results of an entry.
   *
   * @throws StudioError `tap-unknown` where the network has no value of a name that was asked for
   */
  results(): Output[] {
    const { wanted, taken, offered } = this.#shared;
    return [...wanted].map((name) => {
      const node = taken.get(name);
      if (node !== undefined) return { name, role: 'result', node };
      throw new StudioError('tap-unknown', `The network has no value named "${name}".`, {
        advice: `It has: ${[...offered].join(', ')}.`,
        details: { name },
      });
    });
  }
}

/** For a forward pass of which nothing inside is wanted. */
export const NO_TAPS = Taps.of();
