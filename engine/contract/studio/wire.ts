/** Messages of calls between surface and studio: numbered envelopes, validated on both sides. */
import { z } from 'zod';
import { readErrorRecord, StudioError, toStudioError } from '../errors.ts';
import { shorten } from '../shorten.ts';
import {
  type CommandName,
  type InputOf,
  type OutputOf,
  type StudioPort,
  studioApi,
} from './api.ts';
import { errorSchema } from './jobs.ts';
import { type Push, pushSchema } from './push.ts';

/** Most bytes of a call; surfaces reject larger ones before they read them. */
export const MOST_CALL_BYTES = 1 << 20;

export const callSchema = z.strictObject({
  id: z.int().min(0),
  name: z.string().max(100),
  input: z.unknown(),
});
export type Call = z.infer<typeof callSchema>;

export const replySchema = z.union([
  z.object({ id: z.int(), value: z.unknown() }),
  z.object({ id: z.int(), error: errorSchema }),
]);
export type Reply = z.infer<typeof replySchema>;

export function tooLarge(what: string, mostBytes: number): StudioError {
  const most = mostBytes / (1 << 20);
  return new StudioError('message-too-large', `${what} is too large: ${most} MiB at most.`, {
    advice: 'Give fewer things at once, for example a folder in place of all the files in it.',
  });
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(studioApi, name);
}

/** More values than any surface sends, and few enough for a quick check. */
const MOST_VALUES = 20_000;
const MOST_LEVELS = 20;
const MOST_CHARACTERS = 65_536;

/**
 * The problem of an input that no surface sends and that a schema would ignore or check slowly;
 * undefined if there is none.
 */
function inputProblem(input: unknown): string | undefined {
  const open: { value: unknown; level: number }[] = [{ value: input, level: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, level } = next;
    values += 1;
    if (typeof value === 'string' && value.length > MOST_CHARACTERS)
      return `holds a text of more than ${MOST_CHARACTERS} characters`;
    if (typeof value !== 'object' || value === null) continue;
    if (level >= MOST_LEVELS) return 'is too deep';
    // Schemas of records ignore this name.
    if (Object.hasOwn(value, '__proto__')) return 'names __proto__';
    const inner = Object.values(value);
    if (values + open.length + inner.length > MOST_VALUES)
      return `holds more than ${MOST_VALUES} values`;
    for (const one of inner) open.push({ value: one, level: level + 1 });
  }
  return undefined;
}

/** Answer a call from a surface. It never throws, whatever was sent. */
export async function answerCall(
  studio: StudioPort,
  message: unknown,
  signal?: AbortSignal,
): Promise<Reply> {
  const call = callSchema.safeParse(message);
  if (!call.success) return { id: -1, error: badCall('The message is no call.').toJSON() };
  const { id, name, input } = call.data;
  try {
    const strange = inputProblem(input);
    if (strange !== undefined) throw badCall(`${shorten(name)}: the input ${strange}.`);
    if (!isCommand(name)) throw badCall(`There is no command "${name.slice(0, 100)}".`);
    return { id, value: await studio.call(name, parseInput(name, input), signal) };
  } catch (error) {
    return { id, error: toStudioError(error).toJSON() };
  }
}

/** @throws StudioError `call-invalid` naming the field */
export function parseInput<N extends CommandName>(name: N, input: unknown): InputOf<N> {
  const parsed = studioApi[name].input.safeParse(input);
  if (parsed.success) return parsed.data as InputOf<N>;
  const [issue] = parsed.error.issues;
  const where = shorten(issue?.path.join('.') ?? '');
  const what = shorten(issue?.message ?? 'is wrong');
  throw badCall(`${name}: ${where === '' ? 'the input' : where} ${what}.`);
}

function badCall(message: string): StudioError {
  return new StudioError('call-invalid', message, {
    advice: 'This is a fault of the program, or its two halves are of different versions.',
  });
}

/** Return the value of a reply, or throw its error. */
export function readReply<N extends CommandName>(name: N, message: unknown): OutputOf<N> {
  const reply = replySchema.parse(message);
  if ('error' in reply) throw readErrorRecord(reply.error);
  return studioApi[name].output.parse(reply.value) as OutputOf<N>;
}

export function readPush(message: unknown): Push {
  return pushSchema.parse(message);
}
