/** Common subexpression elimination. Nodes that no output reaches are dropped as well. */
import { getOrMake } from '../contract/maps.ts';
import { rewriteGraph } from '../ir/graph.ts';
import type { Graph, Node } from '../ir/types.ts';

export function shareCommonSubexpressions(graph: Graph): Graph {
  const known = new Map<string, Node>();
  const arrays = new ArrayKeys();
  return rewriteGraph(graph, (node) => {
    const key = [
      node.op,
      node.dtype,
      node.shape.join('x'),
      node.inputs.map((input) => input.id).join(','),
      attributeKey(node, arrays),
    ].join('|');
    return getOrMake(known, key, () => node);
  });
}

function attributeKey(node: Node, arrays: ArrayKeys): string {
  return Object.values(node.attrs)
    .map((value) =>
      ArrayBuffer.isView(value) ? arrays.keyOf(value as Float64Array) : JSON.stringify(value),
    )
    .join(';');
}

/** Equal arrays get equal keys. Small ones are compared by content, large ones by identity. */
class ArrayKeys {
  readonly #large = new Map<object, number>();

  keyOf(data: Node<'constant'>['attrs']['data']): string {
    if (data.length <= 16) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return `${data.constructor.name}:${bytes.join(',')}`;
    }
    return `@${getOrMake(this.#large, data, () => this.#large.size)}`;
  }
}
