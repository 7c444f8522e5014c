/** Runs the entry `probe` over a probe set, in passes where the batch has them. */
import { imagesPerPass } from '../../contract/micro-batch.ts';
import type { Recipe } from '../../contract/recipe.ts';
import type { Program } from '../../executors/executor.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import type { PatchResults, ProbeResults } from '../../insight/probe-results.ts';
import type { NetworkConfig } from '../../nn/conmim-network.ts';
import type { PretrainEntries } from './pretrain-module.ts';
import type { ProbeSet } from './probe.ts';
import { gradientParts, type ProbeShape } from './probe-entry.ts';

/** Tokens from which ranks and spreads are computed; more take longer than they tell. */
const PROBE_TOKENS = 512;

export interface ProbedNetwork {
  readonly program: Program<PretrainEntries>;
  readonly shape: ProbeShape;
  readonly config: NetworkConfig;
}

/** No pass has more images than one in training, which the device's memory is known to hold. */
export function probeShape(
  recipe: Pick<Recipe, 'batch_size' | 'micro_batch'>,
  images: number,
  isPooled = false,
): ProbeShape {
  const pass = Math.min(images, imagesPerPass(recipe));
  const used = pass * Math.floor(images / pass);
  return { images: pass, tokensPerImage: Math.ceil(PROBE_TOKENS / used), isPooled };
}

const PER_PATCH = ['own', 'best', 'taken', 'entropy', 'cosine', 'elsewhere'] as const;
const ROWS = [
  'studentFeatures',
  'teacherFeatures',
  'studentProjections',
  'teacherProjections',
] as const;

/** Images that do not fill a pass are left out. */
export async function probeNetworks(
  { program, shape, config }: ProbedNetwork,
  set: ProbeSet,
): Promise<ProbeResults> {
  const passes = Math.floor(set.images / shape.images);
  const arrays = new Map<string, Float32Array[]>();
  const attention: number[][] = [];
  let norms = { weight: 0, lag: 0, gradients: [] as number[] };
  for (let pass = 0; pass < passes; pass++) {
    const partOf = <T extends Float32Array | Uint8Array>(rows: T) => {
      const size = (rows.length / set.images) * shape.images;
      return rows.subarray(pass * size, (pass + 1) * size) as T;
    };
    const results = await program.run('probe', {
      studentImages: partOf(set.student),
      teacherImages: partOf(set.teacher),
      mask: Float32Array.from(partOf(set.mask)),
    });
    for (const name of [...PER_PATCH, ...ROWS]) {
      const data = Float32Array.from(results.get(name).data);
      arrays.set(name, [...(arrays.get(name) ?? []), data]);
    }
    attention.push(Array.from(results.get('attentionEntropy').data));
    norms = {
      weight: results.get('weightSquares').data[0]!,
      lag: results.get('lagSquares').data[0]!,
      gradients: Array.from(results.get('gradientSquares').data, Math.sqrt),
    };
  }
  const joined = (name: string) => concatenated(arrays.get(name)!);
  const rowsOf = (name: string, width: number): FeatureRows => {
    const data = joined(name);
    return { data, width, count: data.length / width };
  };
  const patches = Object.fromEntries(PER_PATCH.map((name) => [name, joined(name)]));
  const { embedDim } = config.vit;
  const { outputDim } = config.projector;
  return {
    images: passes * shape.images,
    patches: {
      ...(patches as unknown as PatchResults),
      elsewhere: shape.images > 1 ? patches['elsewhere'] : undefined,
    },
    features: {
      student: rowsOf('studentFeatures', embedDim),
      teacher: rowsOf('teacherFeatures', embedDim),
    },
    projections: {
      student: rowsOf('studentProjections', outputDim),
      teacher: rowsOf('teacherProjections', outputDim),
    },
    attentionEntropy: attention[0]!.map(
      (_, block) => attention.reduce((sum, one) => sum + one[block]!, 0) / passes,
    ),
    gradientNorms: gradientParts(config).map((part, i) => ({ part, norm: norms.gradients[i]! })),
    teacherDistance: norms.weight > 0 ? Math.sqrt(norms.lag / norms.weight) : 0,
  };
}

/** A row of the teacher's features for each image. @param images [count, C, H, W] */
export async function pooledFeatures(
  { program, shape, config }: ProbedNetwork,
  images: Float32Array,
  count: number,
): Promise<FeatureRows> {
  const width = config.vit.embedDim;
  const each = images.length / count;
  const data = new Float32Array(count * width);
  const pass = new Float32Array(shape.images * each);
  for (let first = 0; first < count; first += shape.images) {
    const last = Math.min(count, first + shape.images);
    // Of the last pass, what is left of the one before is computed once more.
    pass.set(images.subarray(first * each, last * each));
    const { data: rows } = (await program.run('pooled', { images: pass })).get('rows');
    data.set(rows.subarray(0, (last - first) * width), first * width);
  }
  return { data, count, width };
}

function concatenated(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
