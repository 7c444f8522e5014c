import { describe, expect, it } from 'vitest';
import { Work } from './limits.ts';
import { global, joinPieces, MARK, pickle, REDUCE, text, tuple, whole } from './testing/pickles.ts';
import { unpickle } from './unpickle.ts';

const run = (bytes: Uint8Array) =>
  unpickle(bytes, { work: new Work(10_000), storages: new Map(), plans: [] });

/** What CPython 3.11 writes for the same dictionary: `pickle.dumps(value, protocol)`, base64. */
const WRITTEN_BY_PYTHON = [
  'KGRwMApWbm9uZQpwMQpOc1Z5ZXMKcDIKSTAxCnNWbm8KcDMKSTAwCnNWc21hbGwKcDQKSTcKc1Z3b3JkCnA1CkktMzAwCnNWaW50CnA2CkkyMTQ3NDgzNjQ3CnNWbmVnCnA3CkktMjE0NzQ4MzY0OApzVnNhZmUKcDgKTDkwMDcxOTkyNTQ3NDA5OTFMCnNWbG9uZwpwOQpMMTE4MDU5MTYyMDcxNzQxMTMwMzQyNEwKc1ZtaW51cwpwMTAKTC0xMTgwNTkxNjIwNzE3NDExMzAzNDI0TApzVmZsb2F0CnAxMQpGLTIuNWUtMTAKc1ZpbmYKcDEyCkZpbmYKc1Z0ZXh0CnAxMwpWbmHvdmUgXHUyNjAzIFxVMDAwMWY2MDBcdTAwMGFcdTAwNWN1MDA0MQkKcDE0CnNWbGlzdApwMTUKKGxwMTYKSTEKYShscDE3CkkyCmEobHAxOAphYSh0YXNWdHVwbGVzCnAxOQoobHAyMAooSTEKdHAyMQphKEkxCkkyCnRwMjIKYShJMQpJMgpJMwp0cDIzCmEoSTEKSTIKSTMKSTQKdHAyNAphcy4=',
  'fXEAKFgEAAAAbm9uZXEBTlgDAAAAeWVzcQJJMDEKWAIAAABub3EDSTAwClgFAAAAc21hbGxxBEsHWAQAAAB3b3JkcQVK1P7//1gDAAAAaW50cQZK////f1gDAAAAbmVncQdKAAAAgFgEAAAAc2FmZXEITDkwMDcxOTkyNTQ3NDA5OTFMClgEAAAAbG9uZ3EJTDExODA1OTE2MjA3MTc0MTEzMDM0MjRMClgFAAAAbWludXNxCkwtMTE4MDU5MTYyMDcxNzQxMTMwMzQyNEwKWAUAAABmbG9hdHELR73xLgvoJtaVWAMAAABpbmZxDEd/8AAAAAAAAFgEAAAAdGV4dHENWBcAAABuYcOvdmUg4piDIPCfmIAKXHUwMDQxCXEOWAQAAABsaXN0cQ9dcRAoSwFdcREoSwJdcRJlKWVYBgAAAHR1cGxlc3ETXXEUKChLAXRxFShLAUsCdHEWKEsBSwJLA3RxFyhLAUsCSwNLBHRxGGV1Lg==',
  'gAJ9cQAoWAQAAABub25lcQFOWAMAAAB5ZXNxAohYAgAAAG5vcQOJWAUAAABzbWFsbHEESwdYBAAAAHdvcmRxBUrU/v//WAMAAABpbnRxBkr///9/WAMAAABuZWdxB0oAAACAWAQAAABzYWZlcQiKB////////x9YBAAAAGxvbmdxCYoJAAAAAAAAAABAWAUAAABtaW51c3EKigkAAAAAAAAAAMBYBQAAAGZsb2F0cQtHvfEuC+gm1pVYAwAAAGluZnEMR3/wAAAAAAAAWAQAAAB0ZXh0cQ1YFwAAAG5hw692ZSDimIMg8J+YgApcdTAwNDEJcQ5YBAAAAGxpc3RxD11xEChLAV1xEShLAl1xEmUpZVgGAAAAdHVwbGVzcRNdcRQoSwGFcRVLAUsChnEWSwFLAksDh3EXKEsBSwJLA0sEdHEYZXUu',
  'gAN9cQAoWAQAAABub25lcQFOWAMAAAB5ZXNxAohYAgAAAG5vcQOJWAUAAABzbWFsbHEESwdYBAAAAHdvcmRxBUrU/v//WAMAAABpbnRxBkr///9/WAMAAABuZWdxB0oAAACAWAQAAABzYWZlcQiKB////////x9YBAAAAGxvbmdxCYoJAAAAAAAAAABAWAUAAABtaW51c3EKigkAAAAAAAAAAMBYBQAAAGZsb2F0cQtHvfEuC+gm1pVYAwAAAGluZnEMR3/wAAAAAAAAWAQAAAB0ZXh0cQ1YFwAAAG5hw692ZSDimIMg8J+YgApcdTAwNDEJcQ5YBAAAAGxpc3RxD11xEChLAV1xEShLAl1xEmUpZVgGAAAAdHVwbGVzcRNdcRQoSwGFcRVLAUsChnEWSwFLAksDh3EXKEsBSwJLA0sEdHEYZVgFAAAAYnl0ZXNxGUMCAP9xGnUu',
  'gASVCQEAAAAAAAB9lCiMBG5vbmWUTowDeWVzlIiMAm5vlImMBXNtYWxslEsHjAR3b3JklErU/v//jANpbnSUSv///3+MA25lZ5RKAAAAgIwEc2FmZZSKB////////x+MBGxvbmeUigkAAAAAAAAAAECMBW1pbnVzlIoJAAAAAAAAAADAjAVmbG9hdJRHvfEuC+gm1pWMA2luZpRHf/AAAAAAAACMBHRleHSUjBduYcOvdmUg4piDIPCfmIAKXHUwMDQxCZSMBGxpc3SUXZQoSwFdlChLAl2UZSlljAZ0dXBsZXOUXZQoSwGFlEsBSwKGlEsBSwJLA4eUKEsBSwJLA0sEdJRljAVieXRlc5RDAgD/lHUu',
  'gAWVCQEAAAAAAAB9lCiMBG5vbmWUTowDeWVzlIiMAm5vlImMBXNtYWxslEsHjAR3b3JklErU/v//jANpbnSUSv///3+MA25lZ5RKAAAAgIwEc2FmZZSKB////////x+MBGxvbmeUigkAAAAAAAAAAECMBW1pbnVzlIoJAAAAAAAAAADAjAVmbG9hdJRHvfEuC+gm1pWMA2luZpRHf/AAAAAAAACMBHRleHSUjBduYcOvdmUg4piDIPCfmIAKXHUwMDQxCZSMBGxpc3SUXZQoSwFdlChLAl2UZSlljAZ0dXBsZXOUXZQoSwGFlEsBSwKGlEsBSwJLA4eUKEsBSwJLA0sEdJRljAVieXRlc5RDAgD/lHUu',
];

describe('plain values', () => {
  it.each(WRITTEN_BY_PYTHON.map((data, protocol) => ({ protocol, data })))(
    'as Python writes them in protocol $protocol',
    ({ protocol, data }) => {
      const bytes = Buffer.from(data, 'base64');
      const { value, end } = run(bytes);
      expect(end).toBe(bytes.length);
      const expected: [string, unknown][] = [
        ['none', null],
        ['yes', true],
        ['no', false],
        ['small', 7],
        ['word', -300],
        ['int', 2 ** 31 - 1],
        ['neg', -(2 ** 31)],
        ['safe', Number.MAX_SAFE_INTEGER],
        ['long', 2n ** 70n],
        ['minus', -(2n ** 70n)],
        ['float', -2.5e-10],
        ['inf', Number.POSITIVE_INFINITY],
        ['text', 'naïve ☃ 😀\n\\u0041\t'],
        ['list', [1, [2, []], []]],
        ['tuples', [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]],
      ];
      // Python writes bytes as a call before protocol 3.
      if (protocol >= 3) expected.push(['bytes', new Uint8Array([0, 255])]);
      expect([...(value as Map<string, unknown>)]).toEqual(expected);
    },
  );

  it.each<[string, Uint8Array, unknown]>([
    ['a text of Python 2', joinPieces('U', 2, 'ab'), 'ab'],
    ['bytes of Python 2', joinPieces('U', 2, [0xff, 0]), new Uint8Array([0xff, 0])],
    ['a quoted text', joinPieces("S'a\\'\\n\\x41\\\\'\n"), "a'\nA\\"],
    ['a set', joinPieces(0x8f, MARK, whole(1), whole(2), 0x90), [1, 2]],
    ['a frozen set', joinPieces(MARK, whole(1), 0x91), [1]],
    ['a byte array', joinPieces(0x96, 1, new Uint8Array(7), 9), new Uint8Array([9])],
    ['a whole number of no bytes', joinPieces(0x8a, 0), 0],
    ['a number that is none', joinPieces('Fnan\n'), Number.NaN],
    ['a dictionary of a list', joinPieces(MARK, text('a'), whole(1), 'd'), new Map([['a', 1]])],
    [
      'keys of other kinds',
      joinPieces(
        '}',
        MARK,
        whole(3),
        'N',
        0x88,
        'N',
        'NN',
        'G',
        [0x3f, 0xf8],
        new Uint8Array(6),
        'N',
        'u',
      ),
      new Map([
        ['3', null],
        ['True', null],
        ['None', null],
        ['1.5', null],
      ]),
    ],
  ])('%s', (_, bytes, expected) => {
    expect(run(pickle(bytes)).value).toEqual(expected);
  });
});

describe('permitted names', () => {
  const call = (name: string, ...args: Uint8Array[]) =>
    joinPieces(global(name), tuple(...args), REDUCE);
  const numpy = (code: string, order: string, bytes: Uint8Array) =>
    call(
      'numpy.core.multiarray.scalar',
      joinPieces(
        call('numpy.dtype', text(code), whole(0), whole(1)),
        joinPieces(tuple(whole(3), text(order), 'NNN'), 'b'),
      ),
      joinPieces('C', bytes.length, bytes),
    );
  const double = new Uint8Array(new Float64Array([0.1]).buffer);

  it.each<[string, Uint8Array, unknown]>([
    [
      'OrderedDict of pairs',
      call(
        'collections.OrderedDict',
        joinPieces(MARK, tuple(text('b'), whole(1)), tuple(text('a'), whole(2)), 'l'),
      ),
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
    ],
    [
      'OrderedDict with attributes',
      joinPieces(call('collections.OrderedDict'), '}', text('_metadata'), '}', 's', 'b'),
      new Map(),
    ],
    ['torch.Size', call('torch.Size', tuple(whole(2), whole(3))), [2, 3]],
    ['torch.device', call('torch.device', text('cuda'), whole(1)), 'cuda:1'],
    ['torch.device without index', call('torch.device', text('cpu')), 'cpu'],
    [
      'bytes of protocol 2',
      call('_codecs.encode', text('\u0000ÿ'), text('latin1')),
      new Uint8Array([0, 255]),
    ],
    ['a numpy double', numpy('f8', '<', double), 0.1],
    ['a numpy double of the other order', numpy('f8', '>', new Uint8Array(double).reverse()), 0.1],
    ['a numpy whole number', numpy('i8', '<', new Uint8Array(8).fill(255)), -1],
    ['a large numpy whole number', numpy('u8', '<', new Uint8Array(8).fill(255)), 2n ** 64n - 1n],
    ['a numpy bool', numpy('b1', '|', Uint8Array.of(1)), true],
    [
      'a class as value',
      global('collections.OrderedDict'),
      { kind: 'opaque', name: 'collections.OrderedDict' },
    ],
  ])('%s', (_, bytes, expected) => {
    const { value } = run(pickle(bytes));
    if (value instanceof Map) expect([...value]).toEqual([...(expected as Map<string, unknown>)]);
    else if (Array.isArray(value) || typeof value !== 'object') expect(value).toEqual(expected);
    else expect({ ...value }).toEqual({ ...(expected as object) });
  });
});
