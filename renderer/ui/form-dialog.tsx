/**
 * A dialog with fields: the first field has the focus, Enter submits, Escape and Cancel close it, and an
 * error is shown above the buttons with everything that was entered.
 */
import { Button, Group, Modal, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { ErrorNotice } from './error-notice.tsx';

export interface FormDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** Text of the button that submits. */
  readonly submit: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  /** What is submitted: meanwhile, and where the studio cannot be reached, it cannot be submitted. */
  readonly action: {
    readonly unavailable: boolean;
    readonly isPending: boolean;
    readonly error: unknown;
  };
  readonly disabled?: boolean;
  /** What is submitted deletes something: Cancel has the focus, and the button is red. */
  readonly destructive?: boolean;
  readonly size?: string;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { opened, title, onSubmit, onClose, action, submit, children } = props;
  const { destructive = false, size = 'md' } = props;
  const { isPending, error } = action;
  const disabled = props.disabled || action.unavailable;
  useFocusBack();
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size}>
      <form
        ref={destructive ? undefined : focusFirstField}
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog within this one is its child in React, though not in the page.
          event.stopPropagation();
          if (!disabled && !isPending) onSubmit();
        }}
      >
        <Stack>
          {children}
          <ErrorNotice error={error} />
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={onClose}
              {...(destructive ? { 'data-autofocus': true } : {})}
            >
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={disabled}
              loading={isPending}
              {...(destructive ? { color: 'red' } : {})}
            >
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** A dialog that leaves the page at once gives the focus back too, which Modal does on closing alone. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement)
          before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}

/** Mark the first field for the dialog's focus trap, which would take the close button otherwise. */
export function focusFirstField(within: HTMLElement | null): void {
  if (within?.querySelector('[data-autofocus]') !== null) return;
  const fields = 'input:not(:disabled), select:not(:disabled), textarea:not(:disabled)';
  const first = within.querySelector(fields) ?? within.querySelector('[type="submit"]');
  first?.setAttribute('data-autofocus', 'true');
}
