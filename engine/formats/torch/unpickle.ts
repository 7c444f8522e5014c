/** Unpickling to plain data: no name is imported, and only the rules in globals.ts are called. */
import type { PickleContext } from './globals.ts';
import { OPCODES } from './opcodes.ts';
import { PickleBytes } from './pickle-bytes.ts';
import { PickleMachine } from './pickle-machine.ts';
import { Malformed } from './refusals.ts';
import type { TorchValue } from './values.ts';

/**
 * Run one pickle.
 *
 * @param start its position in `bytes`
 * @returns its value, and the position after it
 * @throws Malformed, Refused
 */
export function unpickle(
  bytes: Uint8Array,
  context: PickleContext,
  start = 0,
): { value: TorchValue; end: number } {
  const machine = new PickleMachine(new PickleBytes(bytes, start), context);
  while (!machine.stopped) {
    context.work.spend();
    const code = machine.bytes.uint8();
    const run = OPCODES.get(code);
    if (run === undefined) {
      throw new Malformed(`its pickle has the unknown opcode 0x${code.toString(16)}`);
    }
    run(machine);
  }
  return { value: machine.pop(), end: machine.bytes.at };
}
