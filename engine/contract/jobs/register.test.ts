import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readArguments } from '../../cli/command.ts';
import { commandTable } from '../../cli/command-table.ts';
import { findCommand } from '../../cli/find-command.ts';
import { RandomStream } from '../../random/philox.ts';
import { shellText } from '../shell-text.ts';
import { readFields } from './fields.ts';
import type { JobDefinition } from './job.ts';
import { type JobKind, type JobRequest, jobArguments, jobRequestSchema, jobs } from './register.ts';

const places = { workspace: '/data/my work', results: '-results' };

/** Texts that command lines could take for something else. */
const TEXTS =
  '/a, b|/data/x|C:\\images|run-1|-odd name|--|--json|-k| x |ä"$`|scratch|full|linear|partial:2|auto|lr=1|-0.1,0.2,0.3|1|a\nb'.split(
    '|',
  );

/** A value that a schema allows. */
function someOf(schema: z.core.$ZodType, random: RandomStream): unknown {
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const some = (from: number) => Array.from({ length: from + random.integer(3) });
  if (schema instanceof z.ZodOptional)
    return random.integer(2) === 0 ? undefined : someOf(schema.unwrap(), random);
  if (schema instanceof z.ZodEnum) return pick(schema.options);
  if (schema instanceof z.ZodBoolean) return random.integer(2) === 0;
  if (schema instanceof z.ZodArray) return some(1).map(() => someOf(schema.element, random));
  if (schema instanceof z.ZodRecord) {
    const keys = ['lr', 'batch_size', '-x', '__proto__', 'a=b', ' lr', ...TEXTS];
    const names = keys.filter((key) => z.safeParse(schema.keyType, key).success);
    return Object.fromEntries(some(0).map(() => [pick(names), pick(TEXTS)]));
  }
  const anything = [...TEXTS, random.between(0, 1), 1e-9, 1, random.integer(1000), 2 ** 53 - 1];
  const allowed = anything.filter((value) => z.safeParse(schema, value).success);
  if (allowed.length === 0) throw new Error(`Nothing fits ${JSON.stringify(schema._zod.def)}`);
  return pick(allowed);
}

function requestOf(kind: JobKind, random: RandomStream): JobRequest {
  const { fields } = jobs[kind];
  const values = Object.entries(fields).map(([key, { schema }]) => [key, someOf(schema, random)]);
  const given = values.filter(([, value]) => value !== undefined);
  return jobRequestSchema.parse({ kind, ...Object.fromEntries(given) });
}

describe.each(Object.keys(jobs) as JobKind[])('the command line of a job: %s', (kind) => {
  const job = jobs[kind] as unknown as JobDefinition;

  it('writes all of a request, and its command line is read back equal', async () => {
    for (let seed = 0; seed < 100; seed++) {
      const request = requestOf(kind, new RandomStream(seed, 'probe'));
      const given = jobArguments(request, places);
      const { command, rest } = await findCommand(commandTable, given);
      const args = readArguments(command, rest);
      const read = { kind, ...readFields(job.fields, args) } as JobRequest;
      // What is false is left out, as is what has no effect.
      const effective = Object.entries(job.effective?.(request) ?? request);
      const said = Object.fromEntries(effective.filter(([, value]) => value !== false));
      const { workspace, results } = places;
      const file = job.resultsFile?.(request);
      const target = file === undefined ? results : `${results}/${file}`;
      const out = job.hasResults && 'out' in job.fields ? { out: target } : {};
      expect(read).toEqual({ ...out, ...said });
      expect(command.name).toBe((job.command ?? [kind]).join(' '));
      expect(jobArguments(read, places).sort()).toEqual([...given].sort());
      if (job.hasWorkspace) expect(args.text('workspace')).toBe(workspace);
      if (job.hasResults) expect(args.text('out')).toBe('out' in said ? said['out'] : target);
    }
  });
});

it('is written in the expected order', () => {
  const request: JobRequest = {
    kind: 'finetune',
    from: 'run-1',
    network: 'student',
    train: '/l',
    valFraction: 0.2,
    leaveOutLeaks: true,
    mode: 'partial:2',
    recipe: 'micro',
    device: 'cpu',
    settings: { lr: '1e-3' },
  };
  expect(shellText(jobArguments(request, places))).toBe(
    'finetune --workspace "/data/my work" --from run-1 --network student --train /l --val-fraction 0.2 --leave-out-leaks --mode partial:2 --recipe micro --device cpu --set lr=1e-3',
  );
  const exported: JobRequest = { kind: 'export', model: '-odd', format: 'onnx', out: '/x.onnx' };
  expect(shellText(jobArguments(exported, places))).toBe(
    'export --workspace "/data/my work" --format onnx --out /x.onnx -- -odd',
  );
});

it('can be pasted into a shell', () => {
  expect(shellText(['conmim', 'a b', 'x="1" $HOME', 'plain,1.5=2'])).toBe(
    'conmim "a b" "x=\\"1\\" \\$HOME" plain,1.5=2',
  );
});
