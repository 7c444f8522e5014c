/** A notice that the studio cannot be reached, shown after a short delay. */
import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLive } from '../state/live.ts';

const PATIENCE_MS = 1500;

export function ConnectionNotice() {
  const connected = useLive((state) => state.connected);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (connected) return setLost(false);
    const timer = setTimeout(() => setLost(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connected]);
  if (!lost) return null;
  return (
    <Alert
      color="yellow"
      radius={0}
      role="status"
      icon={<IconPlugConnectedX aria-hidden />}
      title="The studio does not answer"
    >
      It is tried again by itself. Training goes on without this window. If this stays, look whether{' '}
      <code>conmim serve</code> still runs and open the link that it printed.
    </Alert>
  );
}
