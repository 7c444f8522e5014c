/** Commands that do one kind of job. */
import { optionRules, positionalsOf, readFields } from '../contract/jobs/fields.ts';
import { type JobKind, jobOfKind, jobs, type RequestOf } from '../contract/jobs/register.ts';
import type { Command, CommandCall } from './command.ts';

interface JobCommand<K extends JobKind> {
  readonly details?: string;
  /** Those that are no part of a request. */
  readonly options?: Command['options'];
  /** What stands for further arguments, in help. */
  readonly positionals?: readonly string[];
  readonly examples: readonly string[];
  run(call: CommandCall, request: Omit<RequestOf<K>, 'kind'>): Promise<void>;
}

/** The command takes what requests of this kind hold, and options of its own. */
export function jobCommand<K extends JobKind>(kind: K, rules: JobCommand<K>): Command {
  const { fields } = jobs[kind];
  const { command = [kind] } = jobOfKind(kind);
  return {
    name: command.join(' '),
    ...(rules.details === undefined ? {} : { details: rules.details }),
    positionals: [...positionalsOf(fields), ...(rules.positionals ?? [])],
    options: { ...optionRules(fields), ...rules.options },
    examples: rules.examples,
    run: (call) => rules.run(call, readFields(fields, call.args) as RequestOf<K>),
  };
}
