/** A graph as text, one line per node, for debugging and error messages. */
import { nodesOf } from './graph.ts';
import type { Graph, Node } from './types.ts';

export function printGraph(graph: Graph): string {
  const order = nodesOf(graph);
  const names = new Map(order.map((node, i) => [node, `%${i}`]));
  const type = (node: Node) => `${node.dtype}[${node.shape.join(',')}]`;
  const lines = order.map((node) => {
    const operands = node.inputs.map((input) => names.get(input)!).join(', ');
    return `  ${names.get(node)}: ${type(node)} = ${node.op}(${operands})${attributes(node)}`;
  });
  const outputs = graph.outputs.map(
    ({ name, role, node }) => `  ${role} ${name} = ${names.get(node)}`,
  );
  return [`graph ${graph.name} {`, ...lines, ...outputs, '}'].join('\n');
}

function attributes(node: Node): string {
  const entries = Object.entries(node.attrs).map(([key, value]) => {
    if (ArrayBuffer.isView(value)) {
      const data = value as Float32Array;
      return data.length > 4 ? `${key}=<${data.length}>` : `${key}=[${[...data].join(',')}]`;
    }
    return `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
  });
  return entries.length === 0 ? '' : ` {${entries.join(' ')}}`;
}
