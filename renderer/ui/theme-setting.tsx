/** Apply the theme that is chosen in the settings or in the window's menu. */
import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import type { AppSettings } from '../../engine/contract/studio/index.ts';
import { desktop } from '../client/studio.ts';
import { useStudio, useStudioAction } from '../client/use-studio.ts';
import { notifyError } from './error-notice.tsx';

export function ThemeSetting() {
  const { data } = useStudio('settings.read', {});
  const { mutate } = useStudioAction('settings.write', ['settings.read']);
  const { setColorScheme } = useMantineColorScheme();
  const theme = data?.theme;
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  useEffect(
    () =>
      desktop?.onMenu((action) => {
        const chosen = /^theme:(.+)$/.exec(action)?.[1];
        // The menu action is checked, since it comes as text.
        if (chosen !== undefined)
          mutate({ theme: chosen as AppSettings['theme'] }, { onError: notifyError });
      }),
    [mutate],
  );
  return null;
}
