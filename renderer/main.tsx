/** Entry of the page. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/global.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { App } from './app.tsx';
import { queries } from './client/use-studio.ts';
import { useAddressPath } from './state/address.ts';
import { notifyOfJobs } from './state/job-notifications.ts';
import { followStudio } from './state/live.ts';
import { theme, variables } from './ui/theme.ts';
import { ThemeSetting } from './ui/theme-setting.tsx';

followStudio();
notifyOfJobs();
createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queries}>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <Router hook={useAddressPath}>
        <ThemeSetting />
        <App />
      </Router>
    </MantineProvider>
  </QueryClientProvider>,
);
