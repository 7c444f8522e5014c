/** A button with an icon, whose name is shown as a tooltip. */
import { ActionIcon, Tooltip } from '@mantine/core';
import type { IconTrash } from '@tabler/icons-react';

/** @param props.keys the shortcut, shown with the label, of a button of a dialog */
export function IconButton(props: {
  readonly label: string;
  readonly keys?: string;
  readonly icon: typeof IconTrash;
  readonly size?: 'md' | 'lg';
  readonly disabled?: boolean;
  readonly onClick: () => void;
}) {
  const { label, keys, icon: Icon, size = 'md', disabled = false, onClick } = props;
  return (
    // Beside a dialog, screen readers would hardly find the tooltip.
    <Tooltip
      label={keys === undefined ? label : `${label} (${keys})`}
      withinPortal={keys === undefined}
    >
      {/* It keeps the keyboard focus while it is of no use, for example at the end of a list. */}
      <ActionIcon
        variant="default"
        size={size}
        aria-label={label}
        aria-disabled={disabled}
        {...(disabled ? { 'data-disabled': true } : {})}
        onClick={() => disabled || onClick()}
      >
        <Icon size={size === 'lg' ? 20 : 18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
