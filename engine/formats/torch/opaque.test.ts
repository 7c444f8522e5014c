/** Values beside a network are skipped: only their names are kept. */
import { describe, expect, it } from 'vitest';
import { Work } from './limits.ts';
import { collectTensors } from './state-dictionary.ts';
import { parseTorch } from './testing/parse-torch.ts';
import {
  global,
  joinPieces,
  legacyCheckpoint,
  MARK,
  pickle,
  REDUCE,
  tensor,
  text,
  tuple,
  uint64,
  whole,
  zipCheckpoint,
} from './testing/pickles.ts';
import { unpickle } from './unpickle.ts';
import type { TorchDictionary, TorchValue } from './values.ts';

const run = (...pieces: Parameters<typeof joinPieces>): TorchValue =>
  unpickle(pickle(...pieces), { work: new Work(10_000), storages: new Map(), plans: [] }).value;
const call = (name: string, ...args: Uint8Array[]) =>
  joinPieces(global(name), tuple(...args), REDUCE);
const opaque = (name: string) => ({ kind: 'opaque', name });
const floats = new Uint8Array(new Float32Array([1, 2]).buffer);

describe('names of data are taken', () => {
  it.each([
    '__builtin__.set',
    'builtins.frozenset',
    'builtins.bytearray',
    'builtins.complex',
    'builtins.slice',
    '__builtin__.xrange',
    '__builtin__.Ellipsis',
    'exceptions.ValueError',
    '_operator.getitem',
    'collections.deque',
    'pathlib.PosixPath',
    'pathlib.WindowsPath',
    'pathlib.PurePosixPath',
    'pathlib._local.PosixPath',
    'datetime.datetime',
    'datetime.timezone',
    'decimal.Decimal',
    'fractions.Fraction',
    'uuid.UUID',
    'functools.partial',
    'types.SimpleNamespace',
    'copy_reg._reconstructor',
    'random.Random',
    're._compile',
    'typing.Any',
    'enum.Enum',
    'torch.float32',
    'torch.bfloat16',
    'torch.float8_e4m3fn',
    'torch.channels_last',
    'torch.Generator',
    'torch.strided',
    'torch.serialization._get_layout',
    'torch.per_tensor_affine',
    'torch.nn.modules.activation.GELU',
    'torch.optim.adamw.AdamW',
    'torch.nn.functional.gelu',
    'torch._C._nn.gelu',
    'torch.cuda.amp.grad_scaler.GradScaler',
    'torch.Tensor',
    'numpy.ndarray',
    'numpy._core.multiarray._reconstruct',
    'numpy.core.numeric._frombuffer',
    'numpy.random._pickle.__randomstate_ctor',
    'numpy.random._mt19937.MT19937',
    'numpy.float32',
    'numpy.dtypes.Float64DType',
    'numpy.ma.MaskedArray',
    'omegaconf.dictconfig.DictConfig',
    'mypkg.config.Config',
    'numpy.rec.recarray',
    'http.HTTPStatus',
    'signal.Signals',
    'os.stat_result',
    '_io.BytesIO',
    'io.StringIO',
    'configparser.ConfigParser',
    'ConfigParser.RawConfigParser',
    'torch.amp.grad_scaler._refresh_per_optimizer_state',
    'torch.cuda.amp.grad_scaler._refresh_per_optimizer_state',
    '__main__.Args',
    'timm.models.vision_transformer.VisionTransformer',
    'mypkg.fn',
    'yacs.config.CfgNode',
    'pandas.core.frame.DataFrame',
    'easydict.EasyDict',
  ])('%s', (name) => {
    expect(run(global(name))).toMatchObject(opaque(name));
    expect(run(call(name, text('/a')))).toMatchObject({ kind: 'opaque' });
  });

  it('the layout of a tensor, which PyTorch names through a module', () => {
    expect(run(text('torch._utils'), text('torch.channels_last'), 0x93)).toMatchObject(
      opaque('torch._utils.torch.channels_last'),
    );
  });

  it('classes inside classes', () => {
    expect(run(text('mypkg'), text('Config.Mode'), 0x93)).toMatchObject(
      opaque('mypkg.Config.Mode'),
    );
  });
});

describe('an opaque value', () => {
  it('accepts items, keys, attributes and keywords, and drops them', () => {
    const state = joinPieces('}', text('a'), whole(1), 's');
    for (const more of [
      joinPieces(MARK, whole(1), whole(2), 'e'),
      joinPieces(whole(1), 'a'),
      joinPieces(MARK, text('a'), whole(1), 'u'),
      joinPieces(text('a'), whole(1), 's'),
      joinPieces(state, 'b'),
      joinPieces(tuple(text('x')), REDUCE),
    ])
      expect(run(call('mypkg.Config'), more)).toMatchObject(opaque('mypkg.Config'));
    expect(run(global('mypkg.Config'), ')', state, 0x92)).toMatchObject(opaque('mypkg.Config'));
  });

  it('may be a key, beside others', () => {
    const value = run(
      '}',
      MARK,
      call('mypkg.Mode', whole(1)),
      whole(7),
      tuple(whole(1)),
      whole(8),
      'u',
    );
    expect([...(value as TorchDictionary).values()]).toEqual([7, 8]);
  });

  it('keys that differ in Python may look alike', () => {
    const value = run(
      '}',
      MARK,
      whole(1),
      text('a'),
      text('1'),
      text('b'),
      'N',
      text('c'),
      text('None'),
      text('d'),
      0x88,
      text('e'),
      text('True'),
      text('f'),
      'u',
    );
    expect([...(value as TorchDictionary).values()]).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('a name of a file that is no UTF-8 is a text', () => {
    // Python writes the bytes that it could not read as halves of surrogate pairs.
    expect(run('X', [4, 0, 0, 0], 'a', [0xed, 0xb3, 0xa9])).toBe('a\udce9');
  });

  it('hides the tensors that it was made from, which are not read', async () => {
    const value = joinPieces(
      '}',
      MARK,
      text('a'),
      call('mypkg.Box', tensor()),
      text('b'),
      tensor(),
      'u',
    );
    const file = await parseTorch(zipCheckpoint(pickle(value), { 0: floats }));
    const { tensors, others } = collectTensors(file.value);
    expect([[...tensors.keys()], others]).toEqual([['b'], ['a']]);
    expect(file.tensorBytes).toBe(8);
  });

  it('may hold itself', async () => {
    const itself = joinPieces(call('mypkg.Box'), 'q', 0, '}', text('me'), 'h', 0, 's', 'b');
    const { value } = await parseTorch(zipCheckpoint(pickle(itself)));
    expect(value).toMatchObject(opaque('mypkg.Box'));
  });

  it('costs steps like any other', async () => {
    const many = Array.from({ length: 1000 }, () => call('mypkg.Config'));
    const file = zipCheckpoint(pickle(MARK, ...many, 't'));
    await expect(parseTorch(file, 'it', { maxSteps: 5000 })).rejects.toThrow(/5000 steps/);
  });
});

describe('dictionaries of other classes', () => {
  it.each([
    ['a Counter', call('collections.Counter', joinPieces('}', text('a'), whole(1), 's'))],
    [
      'a defaultdict',
      joinPieces(
        call('collections.defaultdict', global('builtins.list')),
        text('a'),
        whole(1),
        's',
      ),
    ],
  ])('%s is one', (_, bytes) => {
    expect(run(bytes)).toEqual(new Map([['a', 1]]));
  });
});

describe('arrays and numbers of NumPy', () => {
  const dtype = (code: string) =>
    joinPieces(
      call('numpy.dtype', text(code), whole(0), whole(1)),
      tuple(whole(3), text('<')),
      'b',
    );

  it.each(['f8', 'O8', 'U5', 'f2', 'c16', 'M8', '__proto__'])('an array of %s', (code) => {
    const made = call(
      'numpy.core.multiarray._reconstruct',
      global('numpy.ndarray'),
      tuple(whole(0)),
    );
    const state = tuple(whole(1), tuple(whole(1)), dtype(code), 0x89, joinPieces('C', 1, 'x'));
    expect(run(made, state, 'b')).toMatchObject(opaque('numpy.ndarray'));
  });

  it('a number of a type that is not read', () => {
    const bytes = joinPieces('C', 2, 'xx');
    expect(run(call('numpy.core.multiarray.scalar', dtype('f2'), bytes))).toMatchObject({
      kind: 'opaque',
    });
  });
});

describe('tensors of types that are not read', () => {
  const types: [string, number][] = [
    ['torch.ComplexFloatStorage', 8],
    ['torch.QInt8Storage', 1],
  ];
  it.each(types)('%s is passed over, in both formats', async (type, bytes) => {
    const other = new Uint8Array(2 * bytes);
    const value = pickle(
      '}',
      MARK,
      text('a'),
      tensor({ type }),
      text('b'),
      tensor({ key: '1' }),
      'u',
    );
    for (const file of [
      zipCheckpoint(value, { 0: other, 1: floats }),
      legacyCheckpoint(value, ['0', '1'], [uint64(2n), other, uint64(2n), floats]),
    ]) {
      const { tensors, others } = collectTensors((await parseTorch(file)).value);
      expect(tensors.get('b')!.data).toEqual(new Float32Array([1, 2]));
      expect(others).toEqual(['a']);
    }
  });

  it('types without storages of their own are named', () => {
    const storage = joinPieces(
      tuple(
        text('storage'),
        global('torch.storage.UntypedStorage'),
        text('0'),
        text('cpu'),
        whole(2),
      ),
      'Q',
    );
    const tail = joinPieces(0x89, '}');
    const value = run(
      global('torch._utils._rebuild_tensor_v3'),
      tuple(
        storage,
        whole(0),
        tuple(whole(2)),
        tuple(whole(1)),
        tail,
        global('torch.float8_e4m3fn'),
      ),
      REDUCE,
    );
    expect(value).toMatchObject(opaque('a tensor of torch.float8_e4m3fn'));
  });

  it.each(['neg', 'conj'])('%s views, whose storage holds other values, are named', (flag) => {
    // The call is opened, and what PyTorch tells of the tensor is put in as the last argument.
    const plain = tensor();
    const told = (value: number) =>
      run(plain.slice(0, -2), joinPieces('}', text(flag), value, 's'), 't', REDUCE);
    expect(told(0x88)).toMatchObject(opaque('a tensor whose values are stored negated'));
    expect(told(0x89)).toMatchObject({ dtype: 'f32' });
  });

  it('a subclass of tensors is the tensor that it is made of', async () => {
    const inner = tensor();
    // The call is taken apart: its function and its arguments are what a subclass names.
    const [name, args] = [
      global('torch._utils._rebuild_tensor_v2'),
      inner.slice(global('torch._utils._rebuild_tensor_v2').length, -1),
    ];
    const made = call(
      'torch._tensor._rebuild_from_type_v2',
      name,
      global('mypkg.Tensor'),
      args,
      joinPieces('}'),
    );
    const { value } = await parseTorch(zipCheckpoint(pickle(made), { 0: floats }));
    expect(value).toMatchObject({ dtype: 'f32', shape: [2] });
  });
});

it('a class of a network, which old files name with its source, is opaque', () => {
  const id = tuple(
    text('module'),
    global('torch.nn.modules.linear.Linear'),
    text('f.py'),
    text('class'),
  );
  expect(run(id, 'Q')).toMatchObject(opaque('torch.nn.modules.linear.Linear'));
});
