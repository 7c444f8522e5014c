/**
 * The effect of each pickle opcode on the machine. Opcodes that need data from outside the file
 * (copyreg extensions, out-of-band buffers) are rejected by name.
 *
 * @source CPython Lib/pickletools.py
 */
import { findGlobal, hasRule } from './globals.ts';
import { narrow } from './numpy.ts';
import type { PickleMachine } from './pickle-machine.ts';
import {
  decimalInteger,
  float,
  quoted,
  rawUnicode,
  textOrBytes,
  twosComplement,
} from './pickle-text.ts';
import { Malformed, Refused } from './refusals.ts';
import { mentionStorage } from './storages.ts';
import { isDictionary } from './values.ts';

type Opcode = (machine: PickleMachine) => void;

const HIGHEST_PROTOCOL = 5;

const TABLE: readonly (readonly [code: number | string, run: Opcode])[] = [
  // Frames and ends.
  [0x80, protocol],
  [0x95, frame],
  ['.', stop],

  // The stack and the memo.
  ['(', (m) => m.mark()],
  ['0', (m) => m.drop()],
  ['1', (m) => void m.popToMark()],
  ['2', (m) => m.push(m.top())],
  ['p', (m) => m.memoize(Number(decimalInteger(m.bytes.line())))],
  ['q', (m) => m.memoize(m.bytes.uint8())],
  ['r', (m) => m.memoize(m.bytes.uint32())],
  [0x94, (m) => m.memoize()],
  ['g', (m) => m.recall(Number(decimalInteger(m.bytes.line())))],
  ['h', (m) => m.recall(m.bytes.uint8())],
  ['j', (m) => m.recall(m.bytes.uint32())],

  // Numbers and the like.
  ['N', (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  ['I', smallOrBoolean],
  ['J', (m) => m.push(m.bytes.int32())],
  ['K', (m) => m.push(m.bytes.uint8())],
  ['M', (m) => m.push(m.bytes.uint16())],
  ['L', (m) => m.push(narrow(decimalInteger(m.bytes.line().replace(/L$/, ''))))],
  [0x8a, (m) => m.push(narrow(twosComplement(m.bytes.take(m.bytes.uint8()))))],
  [0x8b, (m) => m.push(narrow(twosComplement(m.bytes.take(m.bytes.uint32()))))],
  ['F', (m) => m.push(float(m.bytes.line()))],
  ['G', (m) => m.push(m.bytes.float64())],

  // Texts and bytes.
  ['V', (m) => m.push(rawUnicode(m.bytes.line()))],
  ['X', (m) => m.push(m.bytes.utf8(m.bytes.uint32()))],
  [0x8c, (m) => m.push(m.bytes.utf8(m.bytes.uint8()))],
  [0x8d, (m) => m.push(m.bytes.utf8(m.bytes.uint64()))],
  ['S', (m) => m.push(quoted(m.bytes.line()))],
  ['T', (m) => m.push(textOrBytes(m.bytes.take(m.bytes.uint32())))],
  ['U', (m) => m.push(textOrBytes(m.bytes.take(m.bytes.uint8())))],
  ['B', (m) => blob(m, m.bytes.uint32())],
  ['C', (m) => blob(m, m.bytes.uint8())],
  [0x8e, (m) => blob(m, m.bytes.uint64())],
  [0x96, (m) => blob(m, m.bytes.uint64())],

  // Lists, tuples, sets.
  [']', (m) => m.push([])],
  [')', (m) => m.push([])],
  [0x8f, (m) => m.push([])],
  ['l', (m) => m.push(m.popToMark())],
  ['t', (m) => m.push(m.popToMark())],
  [0x91, (m) => m.push(m.popToMark())],
  [0x85, (m) => tuple(m, 1)],
  [0x86, (m) => tuple(m, 2)],
  [0x87, (m) => tuple(m, 3)],
  ['a', (m) => m.append([m.pop()])],
  ['e', (m) => m.append(m.popToMark())],
  [0x90, (m) => m.append(m.popToMark())],

  // Dictionaries.
  ['}', emptyDictionary],
  ['d', dictionary],
  ['s', (m) => m.setItems([m.pop(), m.pop()].reverse())],
  ['u', (m) => m.setItems(m.popToMark())],

  // Names, and objects made from them.
  ['c', (m) => m.push(findGlobal(m.bytes.line(), m.bytes.line(), m.context))],
  [0x93, globalFromStack],
  ['i', instance],
  ['o', object],
  ['R', call],
  [0x81, call],
  [0x92, callWithKeywords],
  ['b', (m) => m.build(m.pop())],
  ['Q', (m) => m.push(mentionStorage(m.pop(), m.context.storages))],
  ['P', unsupported('PERSID')],
  [0x82, (m) => extension(m.bytes.uint8())],
  [0x83, (m) => extension(m.bytes.uint16())],
  [0x84, (m) => extension(m.bytes.uint32())],
  [0x97, unsupported('NEXT_BUFFER')],
  [0x98, unsupported('READONLY_BUFFER')],
];

export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  TABLE.map(([code, run]) => [typeof code === 'string' ? code.charCodeAt(0) : code, run]),
);

function protocol(machine: PickleMachine): void {
  const version = machine.bytes.uint8();
  if (version > HIGHEST_PROTOCOL)
    throw new Malformed(`its pickle protocol ${version} is not known`);
}

/** `01` and `00` mean true and false, `1` and `0` numbers. */
function smallOrBoolean(machine: PickleMachine): void {
  const text = machine.bytes.line();
  if (text === '01' || text === '00') machine.push(text === '01');
  else machine.push(narrow(decimalInteger(text)));
}

function tuple(machine: PickleMachine, size: number): void {
  const items = Array.from({ length: size }, () => machine.pop());
  machine.push(items.reverse());
}

/** Empty maps and byte arrays take the memory of several other values. */
const OBJECT_STEPS = 3;

function blob(machine: PickleMachine, length: number): void {
  machine.context.work.spend(OBJECT_STEPS);
  machine.push(new Uint8Array(machine.bytes.take(length)));
}

function emptyDictionary(machine: PickleMachine): void {
  machine.context.work.spend(OBJECT_STEPS);
  machine.push(new Map());
}

function dictionary(machine: PickleMachine): void {
  const pairs = machine.popToMark();
  emptyDictionary(machine);
  machine.setItems(pairs);
}

function stop(machine: PickleMachine): void {
  machine.stopped = true;
}

/** Frames only announce how far to read ahead. */
function frame(machine: PickleMachine): void {
  machine.bytes.uint64();
}

function globalFromStack(machine: PickleMachine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw new Malformed('its pickle imports a name that is not a text');
  }
  machine.push(findGlobal(module, name, machine.context));
}

/** Module and name come first; arguments are above a mark. */
function instance(machine: PickleMachine): void {
  const callee = findGlobal(machine.bytes.line(), machine.bytes.line(), machine.context);
  machine.call(callee, machine.popToMark());
}

function object(machine: PickleMachine): void {
  const [callee = null, ...args] = machine.popToMark();
  machine.call(callee, args);
}

function call(machine: PickleMachine): void {
  const args = machine.pop();
  machine.call(machine.pop(), args);
}

function callWithKeywords(machine: PickleMachine): void {
  const keywords = machine.pop();
  const args = machine.pop();
  const callee = machine.pop();
  if (hasRule(callee) && !(isDictionary(keywords) && keywords.size === 0)) {
    throw new Malformed('its pickle calls a class with keyword arguments');
  }
  machine.call(callee, args);
}

function extension(code: number): never {
  throw new Refused(`copyreg extension ${code}`);
}

function unsupported(name: string): Opcode {
  return () => {
    throw new Malformed(`its pickle has the opcode ${name}, which is not supported`);
  };
}
