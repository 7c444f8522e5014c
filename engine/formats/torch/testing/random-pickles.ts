/** Random pickles of real opcodes, most of which run for several steps. */
import type { RandomStream } from '../../../random/philox.ts';
import {
  global,
  joinPieces,
  pickle,
  REDUCE,
  tensor,
  text,
  tuple,
  uint32,
  whole,
} from './pickles.ts';

const GLOBALS = [
  'collections.OrderedDict',
  'argparse.Namespace',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
  'torch.device',
  'torch.FloatStorage',
  'numpy.dtype',
  'numpy.core.multiarray.scalar',
  '_codecs.encode',
  'mypkg.Config',
  'pathlib.PosixPath',
  'collections.defaultdict',
  'numpy.core.multiarray._reconstruct',
  'torch.ComplexFloatStorage',
  'torch._utils._rebuild_tensor_v3',
  'torch._tensor._rebuild_from_type_v2',
];
const TEXTS = ['a', 'b', '__proto__', 'latin1', 'f8', 'cuda', 'storage'];

interface Step {
  /** Number of values taken from the stack, and number left there. */
  readonly takes: number;
  readonly leaves: number;
  readonly draw: (random: RandomStream) => Uint8Array;
}

const code = (takes: number, leaves: number, ...pieces: Parameters<typeof joinPieces>): Step => {
  const bytes = joinPieces(...pieces);
  return { takes, leaves, draw: () => bytes };
};
const value = (draw: Step['draw']): Step => ({ takes: 0, leaves: 1, draw });

const STEPS: readonly Step[] = [
  code(0, 1, 'N'),
  code(0, 1, ']'),
  code(0, 1, ')'),
  code(0, 1, '}'),
  value((random) => whole(random.integer(6))),
  value((random) => whole(random.integer(2 ** 40))),
  value((random) => text(pick(TEXTS, random))),
  value((random) => text(pick(TEXTS, random))),
  value((random) => global(pick(GLOBALS, random))),
  value((random) =>
    tensor({
      offset: whole(random.integer(2)),
      shape: [whole(random.integer(4))],
      strides: [whole(random.integer(3))],
    }),
  ),
  value((random) =>
    joinPieces(global(pick(GLOBALS, random)), tuple(text(pick(TEXTS, random))), REDUCE),
  ),
  value((random) => tuple(text(pick(TEXTS, random)), whole(random.integer(9)))),
  value((random) => joinPieces('h', random.integer(3))),
  value((random) => joinPieces('h', random.integer(3))),
  { takes: 1, leaves: 1, draw: (random) => joinPieces('q', random.integer(3)) },
  { takes: 1, leaves: 1, draw: (random) => joinPieces('r', uint32(random.uint32())) },
  code(1, 2, '2'),
  code(1, 1, 0x85),
  code(2, 1, 0x86),
  code(3, 1, 0x87),
  code(2, 1, ')', REDUCE),
  code(2, 1, REDUCE),
  code(2, 1, 0x81),
  code(1, 1, 'Q'),
  code(2, 1, 'a'),
  code(2, 1, 'b'),
  code(3, 1, 's'),
  code(2, 1, 0x93),
  code(0, 1, '(N]}l'),
  code(0, 1, '(KAKBKCKDd'),
  code(1, 1, '(KAKBu'),
  code(1, 1, '(KA]e'),
  code(0, 0, '('),
  code(0, 1, 't'),
  code(1, 0, '0'),
  { takes: 0, leaves: 0, draw: (random) => Uint8Array.of(random.integer(256)) },
];

export function randomPickle(random: RandomStream): Uint8Array {
  // The memo is filled, so that not every `GET` fails.
  const memos = [']', '}', tensor()].map((each, i) => joinPieces(each, 'q', i, '0'));
  const pieces: Uint8Array[] = [...memos, text('first')];
  let height = 1;
  for (let left = 2 + random.integer(40); left > 0; left--) {
    const step = pick(STEPS, random);
    // A program that takes missing values fails; only a few should.
    if (step.takes > height && random.integer(50) > 0) continue;
    pieces.push(step.draw(random));
    height = Math.max(0, height - step.takes) + step.leaves;
  }
  return pickle(...pieces);
}

function pick<T>(values: readonly T[], random: RandomStream): T {
  return values[random.integer(values.length)]!;
}
