/**
 * How calls travel between a surface and the studio: an envelope with a number, checked on both ends,
 * the same over IPC and over a socket.
 */
import { z } from 'zod';
import { StudioError, toStudioError } from '../errors.ts';
import {
  type CommandName,
  type InputOf,
  type OutputOf,
  type Push,
  pushSchema,
  type StudioPort,
  studioApi,
} from './api.ts';
import { errorSchema } from './jobs.ts';

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

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(studioApi, name);
}

/** Answers one call from outside; never throws, whatever was sent. */
export async function answerCall(studio: StudioPort, message: unknown): Promise<Reply> {
  const call = callSchema.safeParse(message);
  if (!call.success) return { id: -1, error: badCall('The message is no call.').toJSON() };
  const { id, name, input } = call.data;
  try {
    if (!isCommand(name)) throw badCall(`There is no command "${name.slice(0, 100)}".`);
    return { id, value: await studio.call(name, parseInput(name, input)) };
  } catch (error) {
    return { id, error: { ...toStudioError(error).toJSON() } as z.infer<typeof errorSchema> };
  }
}

/** @throws StudioError `call-invalid` naming the field */
export function parseInput<N extends CommandName>(name: N, input: unknown): InputOf<N> {
  const parsed = studioApi[name].input.safeParse(input);
  if (parsed.success) return parsed.data as InputOf<N>;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw badCall(`${name}: ${where === '' ? 'the input' : where} ${issue?.message ?? 'is wrong'}.`);
}

function badCall(message: string): StudioError {
  return new StudioError('call-invalid', message, {
    advice: 'This is a fault of the program, or its two halves are of different versions.',
  });
}

/** Gives a value to the caller, or throws what the other side threw. */
export function readReply<N extends CommandName>(name: N, message: unknown): OutputOf<N> {
  const reply = replySchema.parse(message);
  if ('error' in reply) {
    const { code, message: text, advice, details } = reply.error;
    throw new StudioError(code, text, {
      ...(advice === undefined ? {} : { advice }),
      ...(details === undefined ? {} : { details }),
    });
  }
  return studioApi[name].output.parse(reply.value) as OutputOf<N>;
}

export function readPush(message: unknown): Push {
  return pushSchema.parse(message);
}
