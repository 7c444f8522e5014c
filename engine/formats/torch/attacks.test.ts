import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { collectTensors } from './state-dictionary.ts';
import { parseTorch } from './testing/parse-torch.ts';
import {
  global,
  joinPieces,
  legacyCheckpoint,
  MAGIC,
  MARK,
  pickle,
  REDUCE,
  type TensorText,
  tensor,
  text,
  tuple,
  uint32,
  uint64,
  whole,
  zipCheckpoint,
} from './testing/pickles.ts';
import { zipFile } from './testing/zips.ts';

const floats = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);
const first = async (file: Uint8Array) => {
  const { value } = await parseTorch(file);
  return collectTensors(new Map([['it', value]])).tensors.get('it')!;
};
const invalid = (message: RegExp) =>
  expect.objectContaining({
    code: 'checkpoint-invalid',
    message: expect.stringMatching(message),
  });

describe('code is refused by name and not run', () => {
  const proof = path.join(tmpdir(), `conmim-attack-${process.pid}`);
  const command = text(`touch ${proof}`);
  const os = global('os.system');
  const fromStack = joinPieces(text('os'), text('system'), 0x93);
  const attacks: [string, string, Uint8Array][] = [
    ['REDUCE', 'os.system', pickle(os, tuple(command), REDUCE)],
    ['STACK_GLOBAL', 'os.system', pickle(fromStack, tuple(command), REDUCE)],
    ['a name inside a name', 'os.path.join', pickle(text('os'), text('path.join'), 0x93)],
    ['INST', 'os.system', pickle(MARK, command, 'ios\nsystem\n')],
    ['OBJ', 'os.system', pickle(MARK, os, command, 'o')],
    ['NEWOBJ', 'subprocess.Popen', pickle(global('subprocess.Popen'), tuple(command), 0x81)],
    ['NEWOBJ_EX', 'subprocess.Popen', pickle(global('subprocess.Popen'), ')', '}', 0x92)],
    ['eval', '__builtin__.eval', pickle(global('__builtin__.eval'), tuple(command), REDUCE)],
    ['a name that is only mentioned', 'builtins.exec', pickle(global('builtins.exec'))],
    ['a name below', 'torch._utils.os', pickle(global('torch._utils.os'))],
    ['PyTorch’s own loader', 'torch.load', pickle(global('torch.load'), tuple(command), REDUCE)],
    [
      'PyTorch’s loader of bytes',
      'torch.storage._load_from_bytes',
      pickle(global('torch.storage._load_from_bytes')),
    ],
    [
      'a program of PyTorch',
      'torch.fx.graph_module.reduce_graph_module',
      pickle(global('torch.fx.graph_module.reduce_graph_module')),
    ],
    ['numpy’s loader', 'numpy.load', pickle(global('numpy.load'))],
    ...[
      'torch.utils.data.datapipes.utils.decoder.basichandlers',
      'torch.hub.load',
      'torch.jit.load',
      'torch.utils.cpp_extension.load_inline',
      'torch.utils.collect_env.run',
      'torch._inductor.codecache.compile_file',
      'torch.nn.modules.module.torch',
      'torch.nn.functional.importlib',
      'numpy.testing._private.utils.runstring',
      'argparse._sys',
      'logging.config.listen',
      'webbrowser.open',
      'shutil.rmtree',
      'importlib.import_module',
      'ctypes.CDLL',
      'timeit.timeit',
      'pydoc.pipepager',
      'functools.reduce',
      'pip._internal.main',
      'pandas.read_pickle',
      'yaml.unsafe_load',
      'mypkg.tools.load',
      'nt.system',
      'commands.getoutput',
      'dill._dill._create_function',
    ].map((name): [string, string, Uint8Array] => [name, name, pickle(global(name), ')', REDUCE)]),
    [
      'a module of a project that leads elsewhere',
      'mypkg.os.system',
      pickle(global('mypkg.os.system')),
    ],
    ['the same from the stack', 'mypkg.os.system', pickle(text('mypkg'), text('os.system'), 0x93)],
    [
      'a module inside a known one',
      'torch.nn.modules.module.torch.load',
      pickle(text('torch.nn.modules.module'), text('torch.load'), 0x93),
    ],
    [
      'what a function can see',
      'mypkg.run.__globals__',
      pickle(text('mypkg'), text('run.__globals__'), 0x93),
    ],
    [
      'what an unknown class would be given',
      'posix.system',
      pickle(global('mypkg.Config'), tuple(tuple(global('posix.system'))), REDUCE),
    ],
    [
      'attributes of an unknown class',
      'builtins.getattr',
      pickle(
        global('mypkg.Config'),
        ')',
        0x81,
        '}',
        text('a'),
        global('builtins.getattr'),
        's',
        'b',
      ),
    ],
    ['a function of a part', 'os.system', pickle(global('functools.partial'), tuple(os), REDUCE)],
    [
      'a method by its name',
      'operator.methodcaller',
      pickle(global('operator.methodcaller'), tuple(command), REDUCE),
    ],
    ['code by value', 'types.CodeType', pickle(global('types.CodeType'))],
    [
      'code by value elsewhere',
      'cloudpickle.cloudpickle._make_function',
      pickle(global('cloudpickle.cloudpickle._make_function')),
    ],
    [
      'a private module',
      '_posixsubprocess.fork_exec',
      pickle(global('_posixsubprocess.fork_exec')),
    ],
    ['a name that is none', 'mypkg.a b', pickle(text('mypkg'), text('a b'), 0x93)],
    [
      'a member of a permitted class',
      'collections.OrderedDict.fromkeys',
      pickle(text('collections'), text('OrderedDict.fromkeys'), 0x93),
    ],
    ['EXT1', 'copyreg extension 7', pickle(0x82, 7)],
    ['EXT2', 'copyreg extension 513', pickle(0x83, [1, 2])],
    ['EXT4', 'copyreg extension 4294967295', pickle(0x84, uint32(2 ** 32 - 1))],
    ['a persistent id', 'os.system', pickle(tuple(text('module'), os, command, command), 'Q')],
    ['a name with control characters', 'os\\u{1b}[2J.system', pickle(global('os\u001b[2J.system'))],
  ];
  it.each(attacks)('%s', async (_, name, data) => {
    for (const file of [zipCheckpoint(data), legacyCheckpoint(data), data]) {
      await expect(parseTorch(file)).rejects.toMatchObject({
        code: 'checkpoint-unsafe',
        details: { global: name },
      });
    }
    expect(existsSync(proof)).toBe(false);
    rmSync(proof, { force: true });
  });

  it('a very long name is refused wherever it leads, however often it is asked for', async () => {
    const long = joinPieces(text('m'.repeat(100_000)), 'q', 0, '0');
    const again = Array.from({ length: 10_000 }, () => joinPieces('h', 0, text('X'), 0x93, '0'));
    await expect(parseTorch(zipCheckpoint(pickle(long, ...again, 'N')))).rejects.toMatchObject({
      code: 'checkpoint-unsafe',
    });
  });

  it('a very long name is cut', async () => {
    const file = zipCheckpoint(pickle(global(`os.${'x'.repeat(1e6)}`)));
    const error = await parseTorch(file).catch((thrown) => thrown);
    expect(error.message.length).toBeLessThan(300);
  });

  it('__setstate__ and __class__ are keys like others', async () => {
    const state = joinPieces('}', text('__setstate__'), text('os.system'), 's');
    const namespace = joinPieces(global('argparse.Namespace'), ')', 0x81);
    const { value } = await parseTorch(zipCheckpoint(pickle(namespace, state, 'b')));
    expect(value).toEqual({ kind: 'namespace', fields: new Map([['__setstate__', 'os.system']]) });
  });

  it('__proto__ and constructor are keys like others', async () => {
    const data = pickle('}', MARK, text('__proto__'), '}', text('constructor'), whole(1), 'u');
    const { value } = await parseTorch(zipCheckpoint(data));
    expect(value).toEqual(
      new Map<string, unknown>([
        ['__proto__', new Map()],
        ['constructor', 1],
      ]),
    );
    expect(({} as Record<string, unknown>)['constructor']).toBe(Object);
  });
});

describe('pickles that are no program', () => {
  it.each<[string, RegExp, Uint8Array]>([
    ['nothing', /ends early/, new Uint8Array(0)],
    ['no end', /ends early/, joinPieces([0x80, 2], ']')],
    ['an empty stack', /empty stack/, pickle()],
    ['an unknown opcode', /unknown opcode 0xff/, pickle(0xff)],
    ['an unknown protocol', /protocol 9/, joinPieces([0x80, 9], 'N.')],
    ['a call of data', /not a function/, pickle(text('os.system'), ')', REDUCE)],
    ['a call of a storage', /not a function/, pickle(global('torch.FloatStorage'), ')', REDUCE)],
    ['arguments that are no tuple', /without arguments/, pickle(global('torch.Size'), 'N', REDUCE)],
    [
      'keyword arguments',
      /keyword/,
      pickle(global('argparse.Namespace'), ')', joinPieces('}', text('a'), 'Ns'), 0x92),
    ],
    ['attributes of a list', /attributes to plain data/, pickle(']', '}', 'b')],
    ['an empty memo', /nothing in memo 4294967295/, pickle('j', uint32(2 ** 32 - 1))],
    ['a memo of nothing', /empty stack/, pickle('q', 0)],
    ['a value below the mark', /empty stack/, pickle('N', MARK, '0', MARK, 'K', 1, 'a')],
    ['no mark', /no mark/, pickle('N', 't')],
    ['marks only', /no mark/, pickle(MARK.repeat(1000), '1'.repeat(1001))],
    ['a key without value', /without a value/, pickle('}', MARK, text('a'), 'u')],
    ['a key twice', /key a occurs twice/, pickle('}', MARK, text('a'), 'N', text('a'), 'N', 'u')],
    [
      'a key of numbers twice',
      /key 0.weight occurs twice/,
      pickle('}', MARK, text('0.weight'), 'N', text('0.weight'), 'N', 'u'),
    ],
    ['a dictionary as key', /dictionary as key/, pickle('}', '}', 'Ns')],
    ['a key of no dictionary', /no dictionary/, pickle(']', text('a'), 'Ns')],
    ['an item of no list', /not a list/, pickle('}', 'Na')],
    ['a text that is not UTF-8', /UTF-8/, pickle('X', uint32(1), 0xff)],
    ['a text beyond the end', /ends early/, pickle('X', uint32(2 ** 32 - 1))],
    ['bytes beyond the end', /ends early/, pickle(0x8e, uint64(2n ** 64n - 1n))],
    ['a huge whole number', /has 255 bytes/, pickle(0x8a, 255, new Uint8Array(255).fill(1))],
    ['a huge whole number of 2 GiB', /ends early/, pickle(0x8b, uint32(2 ** 31))],
    ['a long decimal number', /cannot be read/, pickle('L', '9'.repeat(100_000), 'L\n')],
    ['a number in words', /cannot be read/, pickle('I0x10\n')],
    ['a fraction of a million digits', /cannot be read/, pickle('F', '1'.repeat(1_000_000), 'x\n')],
    ['a number in words with a point', /cannot be read/, pickle('F1e\n')],
    ['a storage of another kind', /not a storage/, pickle(text('storage'), 'Q')],
    ['a storage in words', /PERSID/, pickle('Pstorage\n')],
    [
      'a storage without class',
      /known class/,
      pickle(tuple(text('storage'), 'N', text('0'), text('cpu'), whole(1)), 'Q'),
    ],
    [
      'a storage with a class as key',
      /known class/,
      pickle(
        tuple(
          text('storage'),
          global('torch.FloatStorage'),
          global('torch.Size'),
          text('cpu'),
          whole(1),
        ),
        'Q',
      ),
    ],
    [
      'a call of a storage that is not read',
      /ComplexFloatStorage/,
      pickle(global('torch.ComplexFloatStorage'), ')', REDUCE),
    ],
    [
      'items of a call',
      /not a function/,
      pickle(joinPieces(global('torch.Size'), tuple(tuple()), REDUCE), ')', REDUCE),
    ],
    [
      'a pair that is none',
      /pairs/,
      pickle(global('collections.OrderedDict'), tuple(tuple(whole(1))), REDUCE),
    ],
    [
      'an encoding that runs code',
      /latin1/,
      pickle(global('_codecs.encode'), tuple(text('a'), text('zip')), REDUCE),
    ],
    [
      'a device of any text',
      /device/,
      pickle(global('torch.device'), tuple(text('a'.repeat(99))), REDUCE),
    ],
    ['an out-of-band buffer', /NEXT_BUFFER/, pickle(0x97)],
  ])('%s', async (_, message, data) => {
    await expect(parseTorch(zipCheckpoint(data))).rejects.toThrow(invalid(message));
  });
});

describe('structures that are hard to walk', () => {
  const memo = (at: number) => joinPieces('r', uint32(at));
  const recall = (at: number) => joinPieces('j', uint32(at));

  it.each<[string, Uint8Array]>([
    ['a list in itself', pickle(']', memo(0), recall(0), 'a')],
    ['a dictionary in itself', pickle('}', memo(0), text('a'), recall(0), 's')],
    [
      'a circle of three',
      pickle(']', memo(0), ']', memo(1), ']', memo(2), recall(0), 'a', 'a', 'a'),
    ],
  ])('%s', async (_, data) => {
    await expect(parseTorch(zipCheckpoint(data))).rejects.toThrow(invalid(/contain themselves/));
  });

  it('a million nested tuples, lists and dictionaries', async () => {
    for (const data of [
      pickle('N', '\x85'.repeat(1_000_000)),
      pickle(']'.repeat(1_000_000), 'a'.repeat(999_999)),
      pickle('}', deepDictionary(100_000)),
    ]) {
      await expect(parseTorch(zipCheckpoint(data))).rejects.toThrow(invalid(/nest deeper/));
    }
  });

  it('depth that only shows where a value is used again', async () => {
    const half = joinPieces('N', new Uint8Array(150).fill(0x85), memo(0));
    const data = pickle(MARK, half, joinPieces(recall(0), new Uint8Array(150).fill(0x85)), 't');
    await expect(parseTorch(zipCheckpoint(data))).rejects.toThrow(invalid(/nest deeper/));
  });

  it('lists that double', async () => {
    const doubling = Array.from({ length: 100 }, (_, i) =>
      joinPieces(MARK, recall(i), recall(i), 'l', memo(i + 1), '0'),
    );
    const data = pickle(']', memo(0), '0', ...doubling, recall(100));
    await expect(parseTorch(zipCheckpoint(data))).rejects.toThrow(invalid(/repeat each other/));
  });

  it('shared values are shared, and cost no more', async () => {
    const shared = joinPieces(MARK, whole(1), whole(2), 'l', memo(0), '0');
    const data = pickle(shared, MARK, ...Array.from({ length: 1000 }, () => recall(0)), 't');
    const { value } = await parseTorch(zipCheckpoint(data), 'it', { maxSteps: 5000 });
    expect(value).toEqual(Array.from({ length: 1000 }, () => [1, 2]));
  });

  it('work that a small file asks for again and again', async () => {
    const long = joinPieces(text('x'.repeat(100_000)), memo(0), '0');
    const encode = joinPieces(global('_codecs.encode'), tuple(recall(0), text('latin1')), REDUCE);
    const wide = joinPieces(
      '}',
      ...Array.from({ length: 1000 }, (_, i) => joinPieces(text(`${i}`), 'Ns')),
    );
    const namespace = joinPieces(global('argparse.Namespace'), ')', 0x81, recall(0), 'b');
    const size = joinPieces(global('torch.Size'), tuple(recall(0)), REDUCE);
    const numbers = joinPieces(MARK, ...Array.from({ length: 1000 }, () => whole(1)), 't');
    for (const data of [
      pickle(long, MARK, ...Array.from({ length: 200 }, () => encode), 't'),
      pickle(wide, memo(0), '0', MARK, ...Array.from({ length: 9000 }, () => namespace), 't'),
      pickle(numbers, memo(0), '0', MARK, ...Array.from({ length: 9000 }, () => size), 't'),
    ]) {
      await expect(parseTorch(zipCheckpoint(data))).rejects.toThrow(invalid(/steps to read/));
    }
  });

  it('more values than allowed', async () => {
    const data = pickle(MARK, 'N'.repeat(2000), 't');
    const file = zipCheckpoint(data);
    await expect(parseTorch(file, 'it', { maxSteps: 1000 })).rejects.toThrow(invalid(/1000 steps/));
    const shorter = { maxPickleBytes: 1000 };
    await expect(parseTorch(file, 'it', shorter)).rejects.toThrow(invalid(/more than the limit/));
  });

  function deepDictionary(depth: number): Uint8Array {
    const [open, close] = [joinPieces(text('a'), '}'), 's'];
    return joinPieces(...Array.from({ length: depth }, () => open), close.repeat(depth));
  }
});

describe('tensors that contradict their storage', () => {
  const files = (options: TensorText) => [
    zipCheckpoint(pickle(tensor(options)), { 0: floats(1, 2) }),
    legacyCheckpoint(pickle(tensor(options)), ['0'], [uint64(2n), floats(1, 2)]),
  ];
  const nan = joinPieces('G', [0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);

  it('control: the same tensor as it should be', async () => {
    for (const file of files({}))
      expect((await first(file)).data).toEqual(new Float32Array([1, 2]));
  });

  it.each<[string, RegExp, TensorText]>([
    ['one element too far', /reaches element 2 of 2/, { offset: whole(1) }],
    ['one row too far', /reaches/, { shape: [whole(2), whole(1)], strides: [whole(2), whole(1)] }],
    ['a stride too far', /reaches/, { strides: [whole(2 ** 40)] }],
    [
      'sizes whose product overflows',
      /number of elements/,
      { shape: [2 ** 30, 2 ** 30].map(whole), strides: [whole(0), whole(0)] },
    ],
    [
      'expanded beyond memory',
      /more than the limit/,
      { shape: [whole(2 ** 30)], strides: [whole(0)] },
    ],
    ['a negative size', /shape/, { shape: [whole(-2)] }],
    ['a negative stride', /strides/, { offset: whole(1), strides: [whole(-1)] }],
    ['a negative offset', /offset/, { offset: whole(-1) }],
    ['an offset beyond 2^53', /offset/, { offset: whole(2 ** 60) }],
    ['NaN as offset', /offset/, { offset: nan }],
    ['NaN as size', /shape/, { shape: [nan] }],
    ['a text as size', /shape/, { shape: [text('2')] }],
    ['true as size', /shape/, { shape: [0x88] }],
    ['a stride missing', /1 axes and 0 strides/, { strides: [] }],
    [
      'too many axes',
      /at most 64/,
      { shape: new Array(65).fill(whole(1)), strides: new Array(65).fill(whole(1)) },
    ],
    ['another size of storage', /instead of/, { count: whole(3) }],
    ['a storage beyond every file', /in bytes|instead of|ends early/, { count: whole(2 ** 52) }],
    ['a negative storage', /size of storage/, { count: whole(-1) }],
    ['another dtype', /instead of|ends early/, { type: 'torch.DoubleStorage' }],
    ['a storage that is missing', /no entry|unused|nothing uses/, { key: '7' }],
    ['a path as key', /no entry|nothing uses/, { key: '../data.pkl' }],
  ])('%s', async (_, message, options) => {
    for (const file of files(options)) {
      await expect(parseTorch(file)).rejects.toThrow(invalid(message));
    }
  });

  it('one storage described in two ways', async () => {
    const data = pickle(MARK, tensor(), tensor({ type: 'torch.IntStorage' }), 't');
    const file = zipCheckpoint(data, { 0: floats(1, 2) });
    await expect(parseTorch(file)).rejects.toThrow(invalid(/two ways/));
  });

  it('a bool of another byte than 0 and 1', async () => {
    const data = pickle(tensor({ type: 'torch.BoolStorage' }));
    const file = zipCheckpoint(data, { 0: new Uint8Array([1, 2]) });
    await expect(parseTorch(file)).rejects.toThrow(invalid(/0 and 1/));
  });

  it('empty tensors may lie anywhere', async () => {
    const options = { shape: [whole(0), whole(3)], strides: [whole(3), whole(1)] };
    for (const file of files({ ...options, offset: whole(99) })) {
      expect(await first(file)).toEqual({ dtype: 'f32', shape: [0, 3], data: new Float32Array(0) });
    }
  });

  it('views of many axes, some expanded', async () => {
    const options = { shape: [2, 3, 2].map(whole), strides: [0, 0, 1].map(whole) };
    for (const file of files(options)) {
      const expected = new Float32Array(Array.from({ length: 12 }, (_, i) => 1 + (i % 2)));
      expect((await first(file)).data).toEqual(expected);
    }
  });

  it('tensors that share a storage do not share memory', async () => {
    const file = zipCheckpoint(pickle(tensor(), tensor(), 0x86), { 0: floats(1, 2) });
    const [one, other] = (await parseTorch(file)).value as HostTensor[];
    (one!.data as Float32Array)[0] = 7;
    expect(other!.data[0]).toBe(1);
  });

  it('a tensor that occurs twice is read once', async () => {
    const data = pickle(tensor(), 'q', 0, 'h', 0, 0x86);
    const { value, tensorBytes } = await parseTorch(zipCheckpoint(data, { 0: floats(1, 2) }));
    expect(tensorBytes).toBe(8);
    expect((value as HostTensor[])[0]).toBe((value as HostTensor[])[1]);
  });
});

describe('zip archives', () => {
  const data = pickle(tensor());
  const parts = (options: object) => [
    { name: 'any name/data.pkl', data, ...options },
    { name: 'any name/data/0', data: floats(1, 2), ...options },
  ];

  it.each<[string, object]>([
    ['stored', {}],
    ['deflated', { deflate: true }],
    ['with 64-bit sizes', { zip64: true }],
    ['with sizes behind the data', { descriptor: true }],
    ['aligned to 64 bytes, with sizes behind the data', { align: 64, descriptor: true }],
    ['without checksums', { claim: { crc: 0 } }],
  ])('%s', async (_, options) => {
    expect((await first(zipFile(parts(options)))).data).toEqual(new Float32Array([1, 2]));
  });

  it('of a machine with the other byte order', async () => {
    const swapped = Buffer.from(floats(1, 2)).swap32();
    const order = { name: 'archive/byteorder', data: joinPieces('big') };
    const file = zipCheckpoint(data, { 0: swapped }, [order]);
    expect((await first(file)).data).toEqual(new Float32Array([1, 2]));
  });

  it.each<[string, RegExp, Uint8Array]>([
    [
      'with a name outside',
      /invalid relative path/,
      zipCheckpoint(data, {}, [{ name: '../x', data }]),
    ],
    ['with an absolute name', /absolute path/, zipCheckpoint(data, {}, [{ name: '/etc/x', data }])],
    ['with two pickles', /two pickles/, zipCheckpoint(data, {}, [{ name: 'b/data.pkl', data }])],
    [
      'with a name twice',
      /two entries/,
      zipCheckpoint(data, {}, [{ name: 'archive/version', data }]),
    ],
    ['without a pickle', /without data.pkl/, zipFile([{ name: 'a/x', data }])],
    ['without anything', /without data.pkl|neither/, zipFile([])],
    [
      'of an unknown byte order',
      /byte order/,
      zipCheckpoint(data, {}, [{ name: 'archive/byteorder', data: joinPieces('middle') }]),
    ],
    [
      'with a long byte order',
      /byte order/,
      zipCheckpoint(data, {}, [{ name: 'archive/byteorder', data: new Uint8Array(1000) }]),
    ],
    ['with a wrong checksum', /damaged \(checksum\)/, zipFile(parts({ claim: { crc: 1 } }))],
    [
      'with an entry larger than the file',
      /overflows file bounds/,
      zipFile(parts({ claim: { size: 2 ** 20, packed: 2 ** 20 } })),
    ],
    ['with a storage shorter than it is', /instead of/, zipCheckpoint(data, { 0: floats(1) })],
  ])('%s', async (_, message, file) => {
    await expect(parseTorch(file)).rejects.toThrow(invalid(message));
  });

  it('that unpack to more than they claim, or less', async () => {
    const zeros = { name: 'a/data/0', data: new Uint8Array(64 * 1024 * 1024), deflate: true };
    for (const size of [8, 65 * 1024 * 1024]) {
      const count = whole(size / 4);
      const file = zipFile([
        { name: 'a/data.pkl', data: pickle(tensor({ count })) },
        { ...zeros, claim: { size, crc: 0 } },
      ]);
      const limits = { maxTensorBytes: 2 ** 30 };
      await expect(parseTorch(file, 'it', limits)).rejects.toThrow(
        invalid(/cannot be decompressed|does not have the size/),
      );
    }
  });

  it('that unpack to far more than the file', async () => {
    const bytes = 64 * 1024 * 1024;
    const file = zipFile([
      { name: 'a/data.pkl', data: pickle(tensor({ count: whole(bytes / 4) })) },
      { name: 'a/data/0', data: new Uint8Array(bytes), deflate: true },
    ]);
    expect(file.length).toBeLessThan(100_000);
    await expect(parseTorch(file)).rejects.toThrow(invalid(/more than the limit/));
  });
});

describe('legacy files', () => {
  const part = (...view: Uint8Array[]) => {
    const id = tuple(
      text('storage'),
      global('torch.FloatStorage'),
      text('0'),
      text('cpu'),
      whole(3),
      tuple(...view),
    );
    const rebuild = global('torch._utils._rebuild_tensor_v2');
    return pickle(
      rebuild,
      tuple(joinPieces(id, 'Q'), whole(0), tuple(whole(2)), tuple(whole(1)), 0x89, '}'),
      REDUCE,
    );
  };
  const stored = [uint64(3n), floats(1, 2, 3)];

  it('with storages that are parts of others', async () => {
    const file = legacyCheckpoint(part(text('1'), whole(1), whole(2)), ['0'], stored);
    expect((await first(file)).data).toEqual(new Float32Array([2, 3]));
  });

  it.each<[string, RegExp, Uint8Array]>([
    ['with another magic number', /magic/, joinPieces(pickle(whole(1)), MAGIC)],
    ['with another version', /version/, joinPieces(MAGIC, pickle(whole(1)))],
    ['that are a plain pickle', /magic/, pickle('}')],
    [
      'with a part beyond the storage',
      /ends at 4/,
      legacyCheckpoint(part(text('1'), whole(2), whole(2)), ['0'], stored),
    ],
    [
      'with a part too small',
      /reaches/,
      legacyCheckpoint(part(text('1'), whole(1), whole(1)), ['0'], stored),
    ],
    [
      'with a storage twice',
      /twice/,
      legacyCheckpoint(
        pickle(tensor()),
        ['0', '0'],
        [uint64(2n), floats(1, 2), uint64(2n), floats(1, 2)],
      ),
    ],
    ['with a storage that nothing uses', /nothing uses/, legacyCheckpoint(pickle(tensor()), ['1'])],
    ['without its storage', /no storage 0/, legacyCheckpoint(pickle(tensor()))],
    [
      'with a negative count',
      /-1 elements/,
      legacyCheckpoint(pickle(tensor()), ['0'], [uint64(2n ** 64n - 1n)]),
    ],
    [
      'cut in the data',
      /ends early/,
      legacyCheckpoint(pickle(tensor()), ['0'], [uint64(2n), floats(1)]),
    ],
    ['cut before the data', /points to byte/, legacyCheckpoint(pickle(tensor()), ['0'])],
    [
      'with keys that are no list',
      /no list/,
      joinPieces(MAGIC, pickle('M', [0xe9, 3]), pickle('}'), pickle('N'), pickle('N')),
    ],
  ])('%s', async (_, message, file) => {
    await expect(parseTorch(file)).rejects.toThrow(invalid(message));
  });
});
