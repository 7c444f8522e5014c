/** A button with an icon, whose name is shown as a tooltip. */
import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

export function IconButton(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  const { label, disabled = false, onClick, children } = props;
  return (
    <Tooltip label={label}>
      {/* It keeps the keyboard focus while it is of no use, for example at the end of a list. */}
      <ActionIcon
        variant="default"
        aria-label={label}
        aria-disabled={disabled}
        {...(disabled ? { 'data-disabled': true } : {})}
        onClick={() => disabled || onClick()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
