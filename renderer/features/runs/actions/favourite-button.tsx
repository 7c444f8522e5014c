/** The star of a favourite run. */
import { ActionIcon } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import type { RunSummary } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { RUN_LISTS } from '../../../state/live.ts';
import { notifyError } from '../../../ui/error-notice.tsx';

export function FavouriteButton({ run }: { readonly run: RunSummary }) {
  const { id, name, favourite = false } = run;
  const edit = useStudioAction('runs.edit', [...RUN_LISTS, 'runs.get']);
  return (
    <ActionIcon
      variant="subtle"
      color={favourite ? 'yellow.8' : 'gray'}
      aria-label={`${name}, favourite`}
      aria-pressed={favourite}
      disabled={edit.unavailable}
      onClick={() => edit.mutate({ id, favourite: !favourite }, { onError: notifyError })}
    >
      {favourite ? <IconStarFilled size={18} aria-hidden /> : <IconStar size={18} aria-hidden />}
    </ActionIcon>
  );
}
