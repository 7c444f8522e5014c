/**
 * The stack machine of pickles, with marks and a memo. It makes plain data only (values.ts);
 * imports and calls are resolved by the list in globals.ts. Items, keys and attributes of opaque
 * values are dropped.
 *
 * @source CPython Lib/pickletools.py, protocols 0 to 5
 */
import { callGlobal, type PickleContext, setItem } from './globals.ts';
import { NumpyDType } from './numpy.ts';
import { OpaqueObject } from './opaque.ts';
import type { PickleBytes } from './pickle-bytes.ts';
import { Malformed } from './refusals.ts';
import { isDictionary, isNamespace, type TorchDictionary, type TorchValue } from './values.ts';

export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly context: PickleContext;
  stopped = false;
  readonly #stack: TorchValue[] = [];
  /** Stack heights at the marks. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, TorchValue>();

  constructor(bytes: PickleBytes, context: PickleContext) {
    this.bytes = bytes;
    this.context = context;
  }

  push(value: TorchValue): void {
    this.#stack.push(value);
  }

  top(): TorchValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) {
      throw new Malformed('its pickle takes from an empty stack');
    }
    return this.#stack.at(-1)!;
  }

  pop(): TorchValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  /** Drop the topmost value, or the mark if that is on top. */
  drop(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.pop();
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** All values above the topmost mark; values and mark are removed. */
  popToMark(): TorchValue[] {
    const from = this.#marks.pop();
    if (from === undefined) throw new Malformed('its pickle has no mark where one is due');
    return this.#stack.splice(from);
  }

  /** @param index from 0; by default the next free one */
  memoize(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Malformed(`its pickle has nothing in memo ${index}`);
    this.push(value);
  }

  call(callee: TorchValue, args: TorchValue): void {
    this.push(callGlobal(callee, args, this.context));
  }

  append(items: readonly TorchValue[]): void {
    const list = this.top();
    if (list instanceof OpaqueObject) return;
    if (!Array.isArray(list)) throw new Malformed('its pickle appends to what is not a list');
    for (const item of items) list.push(item);
  }

  /** Set alternating keys and values in the dictionary on top of the stack. */
  setItems(pairs: readonly TorchValue[]): void {
    const target = this.top();
    if (target instanceof OpaqueObject) return;
    if (!isDictionary(target)) throw new Malformed('its pickle sets a key of no dictionary');
    if (pairs.length % 2 === 1) throw new Malformed('its pickle has a key without a value');
    for (let i = 0; i < pairs.length; i += 2) setItem(target, pairs[i]!, pairs[i + 1]!);
  }

  /** Set the attributes of an object. They are stored, while Python might run its code. */
  build(state: TorchValue): void {
    const target = this.top();
    if (target instanceof OpaqueObject) return;
    if (isNamespace(target) && isDictionary(state)) this.#setFields(target.fields, state);
    else if (target instanceof NumpyDType) target.setState(state);
    // PyTorch stores versions as an attribute of state dictionaries; they are not needed here.
    else if (!isDictionary(target))
      throw new Malformed('its pickle gives attributes to plain data');
  }

  #setFields(fields: TorchDictionary, state: TorchDictionary): void {
    this.context.work.spend(state.size);
    for (const [key, value] of state) setItem(fields, key, value);
  }
}
