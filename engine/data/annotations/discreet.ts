/**
 * Problems of a list as a confined process may report them: labels and paths where a row leads to a
 * file, and only the numbers of all other rows.
 *
 * Any text file can be given as a list, so repeating its rows would make every text file readable.
 */
import { isStudioError, StudioError } from '../../contract/errors.ts';
import type { LabelProblem, LabelProblemCode } from './labelled-types.ts';

/**
 * Items of these problems are paths of existing files, and labels of such files. Of other problems
 * only rows are reported.
 */
const OF_FOUND_FILES: ReadonlySet<LabelProblemCode> = new Set([
  ...(['unreadable', 'conflicting-labels', 'duplicates', 'unbalanced'] as const),
  ...(['classes-absent', 'split-lacks-classes', 'outside-classes', 'empty-class'] as const),
  'divided-classes',
]);

/** The problem with row numbers instead of content. @param list the file */
export function withoutContent(problem: LabelProblem, list: string): LabelProblem {
  if (OF_FOUND_FILES.has(problem.code)) return problem;
  const items = problem.items.map(
    (item) => /^(row|lines?) \d+( to \d+)?/.exec(item)?.[0] ?? 'a row',
  );
  const files = items.map((row) => ({ path: list, reason: `${row}: there is no such file` }));
  return { ...problem, items, ...(problem.files === undefined ? {} : { files }) };
}

/** The error without the reader's message, which quotes the list. */
export function discreetListError(file: string, error: unknown): unknown {
  if (!(error instanceof StudioError)) return error;
  const line = isStudioError(error, 'list-invalid') ? error.details.line : undefined;
  const where = line === undefined ? '' : ` (line ${line})`;
  return new StudioError('list-invalid', `${file} cannot be read as a list of images${where}.`, {
    advice:
      'A list is a table whose first line names its columns, path and label. What is wrong with a line is told on the command line, where the list is given to conmim knn --train.',
    details: { path: file, line },
  });
}
