/** A notice that the studio cannot be reached, shown after a short delay, or that its login has ended. */
import { Alert } from '@mantine/core';
import { IconLogin2, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useConnection } from '../client/connection.ts';

const DELAY_MS = 1500;

export function ConnectionNotice() {
  const connection = useConnection((state) => state.connection);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (connection === 'connected') return;
    const timer = setTimeout(() => setLate(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, [connection]);
  const isLoggedOut = connection === 'logged-out';
  if (connection === 'connected' || !(isLoggedOut || late)) return null;
  const Icon = isLoggedOut ? IconLogin2 : IconPlugConnectedX;
  return (
    <Alert
      color="yellow"
      radius={0}
      role="status"
      icon={<Icon aria-hidden />}
      title={isLoggedOut ? 'Log in again' : 'The studio does not answer'}
    >
      {isLoggedOut ? (
        <>
          The studio was started again, which ended this login. Open the link that{' '}
          <code>conmim serve</code> printed, in this browser; this page then goes on.
        </>
      ) : (
        <>
          Nothing can be changed until it answers; training continues without this window. If this
          stays, check that <code>conmim serve</code> still runs.
        </>
      )}
    </Alert>
  );
}
