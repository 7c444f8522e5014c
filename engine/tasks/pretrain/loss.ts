/**
 * The loss of ConMIM: each masked patch is contrasted with the teacher's patches of the same
 * unmasked image, and its own patch is the positive one.
 *
 * @source ConMIM (ICLR 2023), equation 3
 */
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';

const NORM_FLOOR = 1e-12;

export interface Contrast {
  /** scaled similarities of every patch with every patch of its image, [B, N, N] */
  readonly logits: Node;
  /** mean cross-entropy over the batch's masked patches, nats, scalar; of a pass its share */
  readonly loss: Node;
  /** number of masked patches whose most similar teacher patch is their own, scalar */
  readonly matches: Node;
  /** number of masked patches, at least 1, scalar; with several passes that of this pass */
  readonly masked: Node;
}

/**
 * The labels are the diagonal of the similarities, and the mask weighs the rows, so any number of
 * masked patches needs no scatter.
 *
 * @param student [B, N, D]
 * @param teacher [B, N, D], no gradient flows
 * @param mask    [B, N], 0 or 1
 * @param total   masked patches of the whole batch, scalar; given when these are only some of its
 *   images
 */
export function contrast(
  student: Node,
  teacher: Node,
  mask: Node,
  temperature: number,
  total?: Node,
): Contrast {
  const [B, N] = student.shape as [number, number, number];
  const logits = ir.matmul(normalize(student), normalize(teacher), {
    transB: true,
    alpha: 1 / temperature,
  });
  const identity = new Float32Array(N * N);
  for (let i = 0; i < N; i++) identity[i * N + i] = 1;
  const own = ir.mul(ir.logSoftmax(logits), ir.constant(identity, [N, N]));
  const masked = ir.max(ir.sum(mask), 1);
  const loss = ir.neg(ir.div(ir.sum(ir.mul(ir.sum(own, [2]), mask)), total ?? masked));
  const labels = ir.constant(
    Int32Array.from({ length: N }, (_, i) => i),
    [N],
  );
  const hits = ir.cast(ir.equal(ir.argmax(logits), ir.broadcast(labels, [B, N])), 'f32');
  return { logits, loss, matches: ir.sum(ir.mul(hits, mask)), masked };
}

/** Unit vectors along the last axis. */
function normalize(x: Node): Node {
  const norm = ir.sqrt(ir.sum(ir.mul(x, x), [x.shape.length - 1], true));
  return ir.mul(x, ir.div(1, ir.max(norm, NORM_FLOOR)));
}
