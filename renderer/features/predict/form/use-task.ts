/** The task of the network that the form names: of the workspace, or read from a file or folder. */
import { useDebouncedValue } from '@mantine/hooks';
import type { ModelSummary } from '../../../../engine/contract/studio/index.ts';
import { DEFAULT_TASK } from '../../../../engine/contract/tasks.ts';
import { useStudio } from '../../../client/use-studio.ts';

const SETTLED_MS = 200;

export interface NamedTask {
  /** Undefined where it is not known. */
  readonly task: string | undefined;
  /** Whether the files are being read. */
  readonly isReading: boolean;
}

/** @param model the network, if it is one of the workspace; undefined before they are read as well */
export function useTask(
  reference: string,
  model: ModelSummary | undefined,
  isListed: boolean,
): NamedTask {
  const given = reference.trim();
  // A name is read once it is typed, not letter by letter.
  const [named] = useDebouncedValue(given, SETTLED_MS);
  const isFile = isListed && model === undefined && given !== '';
  const read = useStudio(
    'models.task',
    { reference: named },
    { enabled: isFile && named === given },
  );
  if (model !== undefined) return { task: model.task ?? DEFAULT_TASK, isReading: false };
  // Until a changed name is read, the answer is the one of the name before.
  const isOfName = isFile && named === given;
  const known = isOfName && !read.isPlaceholderData ? read.data?.task : undefined;
  return { task: known, isReading: isFile && (!isOfName || read.isFetching) };
}
