/** Whether the end of a training is notified, and in a browser its permission for that. */
import { Button, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { desktop } from '../client/studio.ts';
import { canNotify } from '../state/job-notifications.ts';

export function NotificationSetting(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const { checked, onChange } = props;
  return (
    <Stack gap="xs" align="flex-start">
      <Switch
        label="Notifications"
        description="Show a notification of the system when a training ends."
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {desktop === undefined && checked ? <BrowserPermission /> : null}
    </Stack>
  );
}

const TEXTS = {
  granted: 'This browser may show notifications while the page is open.',
  denied:
    'This browser blocks notifications of this address. Allow them in its settings of the site.',
  default: 'This browser asks before it shows notifications.',
  unsupported: 'Browsers show notifications only for localhost and for addresses with HTTPS.',
} as const;

function BrowserPermission() {
  const [, setAsked] = useState(0);
  const permission = canNotify() ? Notification.permission : 'unsupported';
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {TEXTS[permission]}
      </Text>
      {permission === 'default' ? (
        <Button
          variant="default"
          size="xs"
          onClick={() => void Notification.requestPermission().then(() => setAsked(Date.now()))}
        >
          Allow notifications…
        </Button>
      ) : null}
    </>
  );
}
