/** The application: navigation on the left, the open page on the right. */
import { AppShell, Badge, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { desktop } from './client/studio.ts';
import { DropTarget } from './features/drop/drop-target.tsx';
import { INNER_PAGES, PAGES } from './pages.tsx';
import { useLive } from './state/live.ts';
import { ConnectionNotice } from './ui/connection-notice.tsx';
import classes from './ui/place.module.css';

export function App() {
  const [location, navigate] = useLocation();
  const training = useLive(({ jobs }) => jobs.filter(({ state }) => state === 'running').length);
  useEffect(
    () =>
      desktop?.onMenu((action) => {
        const page = /^page:(.+)$/.exec(action)?.[1];
        if (page !== undefined) navigate(`/${page}`);
      }),
    [navigate],
  );
  return (
    <AppShell
      navbar={{ width: { base: 56, sm: 200 }, breakpoint: 0 }}
      padding={0}
      transitionDuration={0}
    >
      <AppShell.Navbar p="xs" component="nav" aria-label="Pages">
        <Text fw={700} p="sm" visibleFrom="sm">
          ConMIM Studio
        </Text>
        <ScrollArea>
          {PAGES.map(({ path, label, icon: Icon }) => {
            const active = location === `/${path}` || location.startsWith(`/${path}/`);
            return (
              <NavLink
                key={path}
                component={Link}
                href={`/${path}`}
                label={<span className={classes['label']!}>{label}</span>}
                title={label}
                leftSection={<Icon size={20} aria-hidden />}
                active={active}
                className={classes['place']!}
                aria-current={active ? 'page' : undefined}
                rightSection={
                  path === 'runs' && training > 0 ? (
                    <Badge size="sm" circle aria-label={`${training} running`}>
                      {training}
                    </Badge>
                  ) : null
                }
              />
            );
          })}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main>
        <DropTarget />
        <ConnectionNotice />
        <Group align="stretch" gap={0}>
          <Switch>
            {[...PAGES, ...INNER_PAGES].map(({ path, component }) => (
              <Route key={path} path={`/${path}/*?`} component={component} />
            ))}
            <Route>
              <Redirect to="/datasets" replace />
            </Route>
          </Switch>
        </Group>
      </AppShell.Main>
    </AppShell>
  );
}
