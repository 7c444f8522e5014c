/**
 * Named intermediate values of a network.
 *
 * A forward pass offers each value under the name of its module, such as `blocks.3.attn.probs`.
 * Only requested values are taken, so a graph without taps is unchanged.
 */
import { StudioError } from '../contract/errors.ts';
import type { GraphOutput, Node } from '../ir/types.ts';

interface Shared {
  readonly wanted: ReadonlySet<string>;
  readonly taken: Map<string, Node>;
  /** Names of all values that the network offers. */
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

  /** @param value a function where the value takes nodes that the network does not compute */
  offer(name: string, value: Node | (() => Node)): void {
    const whole = this.#prefix + name;
    const { wanted, taken, offered } = this.#shared;
    offered.add(whole);
    if (!wanted.has(whole)) return;
    taken.set(whole, typeof value === 'function' ? value() : value);
  }

  /**
   * The requested values, as results of an entry.
   * @throws StudioError `tap-unknown` when the network has no value of a requested name
   */
  results(): GraphOutput[] {
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

export const NO_TAPS = Taps.of();
