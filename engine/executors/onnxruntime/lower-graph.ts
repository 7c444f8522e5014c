/** Conversion of a graph to an ONNX model. */

import type { Precision } from '../../contract/precision.ts';
import { Emitter } from '../../formats/onnx/emitter.ts';
import type { OnnxModel, OnnxValue } from '../../formats/onnx/model.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, GraphOutput, Node, OpName } from '../../ir/types.ts';
import { shareCommonSubexpressions } from '../../passes/common-subexpressions.ts';
import { mixedPrecision } from '../../passes/mixed-precision.ts';
import { prepareGraph } from '../../passes/prepare-graph.ts';
import { ONNX_LOWERINGS, type OnnxLoweringContext, type OnnxLowerings } from './lowerings.ts';
import type { Provider } from './providers.ts';

export const OPSET = 21;

/** The graph as this executor runs it: only ops with a lowering, without common subexpressions. */
export function prepareOnnxGraph(
  graph: Graph,
  { lowerings, traits }: Pick<Provider, 'lowerings' | 'traits'>,
  precision: Precision = 'float32',
): Graph {
  const runnable = prepareGraph(graph, (op) => lowerings[op] !== 'decomposed');
  const mixed = mixedPrecision(runnable, precision, traits.longestHalfSum);
  return mixed === runnable ? runnable : shareCommonSubexpressions(mixed);
}

/** The ONNX name of an output; a state's next value needs another name than its input. */
export function outputName({ role, name }: Pick<GraphOutput, 'role' | 'name'>): string {
  return role === 'state' ? `next:${name}` : `result:${name}`;
}

/** @param graph as `prepareGraph` returns it for the same table */
export function lowerGraph(graph: Graph, lowerings: OnnxLowerings = ONNX_LOWERINGS): OnnxModel {
  const order = nodesOf(graph);
  const emitter = new Emitter();
  const names = new Map<Node, string>();
  const statistics = new Map<Node, { eps: number; mean: string; invStd: string }>();
  const inputs: OnnxValue[] = [];
  const context: OnnxLoweringContext = {
    emitter,
    nameOf: (node) => names.get(node)!,
    rowStatistics: (x, eps) => {
      const known = statistics.get(x);
      return known && (eps === undefined || known.eps === eps) ? known : undefined;
    },
  };
  for (const node of order) {
    if (node.op === 'input') {
      const { name } = node.attrs;
      inputs.push({ name, type: node.dtype, shape: node.shape });
      names.set(node, name);
    } else if (node.op === 'layerNorm') {
      const { eps } = node.attrs;
      const [y, mean, invStd] = emitter.emitMany(
        'LayerNormalization',
        node.inputs.map(context.nameOf),
        3,
        { axis: -1, epsilon: { float: eps } },
      );
      names.set(node, y!);
      statistics.set(node.inputs[0]!, { eps, mean: mean!, invStd: invStd! });
    } else {
      names.set(node, lowerNode(node, context, lowerings));
    }
  }
  const outputs = graph.outputs.map((output): OnnxValue => {
    const name = outputName(output);
    emitter.alias(names.get(output.node)!, name);
    return { name, type: output.node.dtype, shape: output.node.shape };
  });
  return {
    name: graph.name,
    opset: OPSET,
    nodes: withoutAliases(emitter, outputs),
    inputs,
    outputs,
    initializers: emitter.initializers,
  };
}

function lowerNode(node: Node, context: OnnxLoweringContext, lowerings: OnnxLowerings): string {
  const lowering = lowerings[node.op] as (node: Node, context: OnnxLoweringContext) => string;
  if (typeof lowering !== 'function') throw new Error(`${node.op as OpName} has no lowering`);
  return lowering(node, context);
}

/**
 * Rename results of nodes to the names of outputs, so that a pre-allocated output is written
 * directly. Inputs, constants and values with two output names keep their Identity.
 */
function withoutAliases(emitter: Emitter, outputs: readonly OnnxValue[]): OnnxModel['nodes'] {
  const aliasOf = new Map<string, string>();
  const outputNames = new Set(outputs.map((output) => output.name));
  const produced = new Set(emitter.nodes.flatMap((node) => node.outputs));
  const kept = emitter.nodes.filter((node) => {
    const [source, target] = [node.inputs[0]!, node.outputs[0]!];
    if (!outputNames.has(target) || !produced.has(source) || aliasOf.has(source)) return true;
    aliasOf.set(source, target);
    return false;
  });
  const rename = (name: string) => aliasOf.get(name) ?? name;
  return kept.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}
