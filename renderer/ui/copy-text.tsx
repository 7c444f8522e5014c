/** A small button that copies a text. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

export function CopyText(props: {
  readonly text: string;
  readonly label: string;
  readonly size?: 'sm' | 'lg';
  readonly className?: string;
}) {
  const { text, label, size = 'lg', className } = props;
  const icon = size === 'lg' ? 18 : 14;
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <ActionIcon
            variant="default"
            size={size}
            onClick={copy}
            aria-label={label}
            {...(className === undefined ? {} : { className })}
          >
            {copied ? <IconCheck size={icon} aria-hidden /> : <IconCopy size={icon} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
