/** A button that runs a command of the studio; an error is shown as a notification. */
import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CommandName, InputOf, OutputOf } from '../../engine/contract/studio/index.ts';
import { useStudioAction } from '../client/use-studio.ts';
import { notifyError } from './error-notice.tsx';

export interface ActionButtonProps<N extends CommandName> extends ButtonProps {
  readonly command: N;
  readonly input: InputOf<N>;
  /** Commands whose results it changes. */
  readonly refreshes?: readonly CommandName[];
  readonly onDone?: ((output: OutputOf<N>) => void) | undefined;
  readonly 'aria-label'?: string;
  readonly children: ReactNode;
}

export function ActionButton<N extends CommandName>(props: ActionButtonProps<N>) {
  const { command, input, refreshes, onDone, disabled = false, ...rest } = props;
  const action = useStudioAction(command, refreshes);
  const options = { onError: notifyError, onSuccess: (output: OutputOf<N>) => onDone?.(output) };
  return (
    <Button
      variant="default"
      {...rest}
      disabled={disabled || action.unavailable}
      loading={action.isPending}
      onClick={() => action.mutate(input, options)}
    />
  );
}
