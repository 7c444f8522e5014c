/** Brings the page into the colours that were chosen in the settings. */
import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useStudio } from '../client/use-studio.ts';

export function ThemeSetting() {
  const { data } = useStudio('settings.read', {});
  const { setColorScheme } = useMantineColorScheme();
  const theme = data?.theme;
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  return null;
}
