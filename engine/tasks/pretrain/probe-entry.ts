/**
 * The entry `probe` of the module of pre-training: both networks on some images, forward only, and
 * norms of the weights and of the last step's gradients. It reads the state that training keeps on
 * the device and writes none.
 */
import { attentionEntropy } from '../../insight/attention-entropy.ts';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Node } from '../../ir/types.ts';
import { poolTokens } from '../../nn/classifier.ts';
import {
  type NetworkConfig,
  networkBuffers,
  networkForward,
  networkParameters,
} from '../../nn/conmim-network.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { type Parameters, stateParameters } from '../../nn/parameters.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { Taps } from '../../nn/taps.ts';
import { gridOf, trunkForward } from '../../nn/vit.ts';
import { contrast } from './loss.ts';

export interface ProbeShape {
  /** images of a pass */
  readonly images: number;
  /** tokens of each image whose features and projections are returned */
  readonly tokensPerImage: number;
  /** whether there is an entry for features of images */
  readonly isPooled: boolean;
}

export function probeEntry(
  { network, temperature }: { readonly network: NetworkConfig; readonly temperature: number },
  { images: B, tokensPerImage }: ProbeShape,
) {
  const { patches: N, tokens: T } = gridOf(network.vit);
  const specs = [...networkParameters(network), ...networkBuffers(network)];
  const studentImages = ir.feed('studentImages', [B, ...imageShape(network.vit)]);
  const teacherImages = ir.feed('teacherImages', [B, ...imageShape(network.vit)]);
  const mask = ir.feed('mask', [B, N]);
  const attention = Array.from({ length: network.vit.depth }, (_, i) => `blocks.${i}.attn.probs`);
  const [ofStudent, ofTeacher] = [STATE_PREFIXES.student, STATE_PREFIXES.teacher].map((prefix) =>
    stateParameters(prefix, specs),
  ) as [Parameters, Parameters];
  const run = (p: Parameters, images: Node, covered: Node | undefined, names: string[]) => {
    const taps = Taps.of(['features', ...names]);
    const { projected } = networkForward(p, images, covered, network, taps);
    const tapped = new Map(taps.results().map(({ name, node }) => [name, node]));
    return { projected, tapped };
  };
  const teacher = run(ofTeacher, teacherImages, undefined, []);
  const student = run(ofStudent, studentImages, mask, attention);
  const { logits } = contrast(student.projected, teacher.projected, mask, temperature);
  const log = ir.logSoftmax(logits);
  const own = ownOf(log, N);
  const tokens = sampledTokens(B, N, tokensPerImage);
  return entry('probe', {
    feeds: { studentImages, teacherImages, mask },
    results: {
      own,
      best: ir.reduceMax(log, [2]),
      taken: ir.cast(ir.argmax(logits), 'f32'),
      entropy: ir.neg(ir.sum(ir.mul(ir.exp(log), log), [2])),
      cosine: ir.mul(ownOf(logits, N), temperature),
      elsewhere: samePlaceElsewhere(student.projected, teacher.projected, mask, temperature),
      studentFeatures: ir.gather(patchFeatures(student.tapped.get('features')!, T), tokens),
      teacherFeatures: ir.gather(patchFeatures(teacher.tapped.get('features')!, T), tokens),
      studentProjections: ir.gather(flat(student.projected), tokens),
      teacherProjections: ir.gather(flat(teacher.projected), tokens),
      attentionEntropy: ir.concat(
        attention.map((name) => ir.reshape(attentionEntropy(student.tapped.get(name)!), [1])),
        0,
      ),
      ...weightSquares(network, ofStudent, ofTeacher),
      gradientSquares: gradientSquares(network),
    },
  });
}

/** The entry `pooled`: a row of the teacher's features for each image, as kNN takes them. */
export function pooledEntry(
  { network }: { readonly network: NetworkConfig },
  { images: B }: ProbeShape,
) {
  const images = ir.feed('images', [B, ...imageShape(network.vit)]);
  const p = stateParameters(STATE_PREFIXES.teacher, networkParameters(network));
  const tokens = trunkForward(p, images, network.vit).at(-1)!;
  const rows = poolTokens(p, tokens, network.vit, { pooling: 'mean', norm: 'norm' });
  return entry('pooled', { feeds: { images }, results: { rows } });
}

/** The diagonal of each image's square. @param x [B, N, N] @returns [B, N] */
function ownOf(x: Node, N: number): Node {
  const identity = new Float32Array(N * N);
  for (let i = 0; i < N; i++) identity[i * N + i] = 1;
  return ir.sum(ir.mul(x, ir.constant(identity, [N, N])), [2]);
}

/** Whether the most similar patch of the next image lies at the patch's own place; zeros for one image. */
function samePlaceElsewhere(student: Node, teacher: Node, mask: Node, temperature: number): Node {
  const [B, N] = student.shape as [number, number, number];
  if (B === 1) return ir.mul(mask, 0);
  const next = ir.concat([ir.slice(teacher, 0, 1, B), ir.slice(teacher, 0, 0, 1)], 0);
  const { logits } = contrast(student, next, mask, temperature);
  const places = ir.constant(
    Int32Array.from({ length: N }, (_, i) => i),
    [N],
  );
  return ir.cast(ir.equal(ir.argmax(logits), ir.broadcast(places, [B, N])), 'f32');
}

/** Without class tokens. @param features [B, T, E] @returns [B·N, E] */
function patchFeatures(features: Node, T: number): Node {
  return flat(ir.slice(features, 1, 1, T));
}

/** @param x [B, N, D] @returns [B·N, D] */
function flat(x: Node): Node {
  const [B, N, D] = x.shape as [number, number, number];
  return ir.reshape(x, [B * N, D]);
}

/** Spread over each image, at other places in each. */
function sampledTokens(B: number, N: number, perImage: number): Int32Array {
  const each = Math.min(N, perImage);
  return Int32Array.from({ length: B * each }, (_, at) => {
    const [image, i] = [Math.floor(at / each), at % each];
    return image * N + ((Math.floor((i * N) / each) + image * 7) % N);
  });
}

/** Squared norms of the student's weights, and of their difference from the teacher's. */
function weightSquares(network: NetworkConfig, student: Parameters, teacher: Parameters) {
  const squares = (of: Parameters) =>
    networkParameters(network)
      .map(({ name }): Node => ir.sumSquares(of(name)))
      .reduce((sum, square) => ir.add(sum, square));
  return {
    weightSquares: squares(student),
    lagSquares: squares((name) => ir.sub(student(name), teacher(name))),
  };
}

/** Squared norm of the last step's gradient of each part, [parts]. */
function gradientSquares(network: NetworkConfig): Node {
  const sums = new Map<string, Node>();
  for (const { name, shape } of networkParameters(network)) {
    const square = ir.sumSquares(ir.state(STATE_PREFIXES.gradient + name, shape));
    const part = partOf(name);
    const before = sums.get(part);
    sums.set(part, before === undefined ? square : ir.add(before, square));
  }
  return ir.concat(
    [...sums.values()].map((sum) => ir.reshape(sum, [1])),
    0,
  );
}

/** Names of the parts, in the order of `gradientSquares`. */
export function gradientParts(network: NetworkConfig): string[] {
  return [...new Set(networkParameters(network).map(({ name }) => partOf(name)))];
}

function partOf(name: string): string {
  const block = /^blocks\.\d+/.exec(name)?.[0];
  if (block !== undefined) return block;
  if (name.startsWith('projectors.')) return 'projector';
  return name.startsWith('norm.') ? 'norm' : 'embedding';
}
