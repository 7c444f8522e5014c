/** The settings of the application. */
import { Card, NumberInput, SegmentedControl, Stack, Switch, Text, Title } from '@mantine/core';
import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { AppSettings } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { notifyError } from '../../ui/error-notice.tsx';

/** @param props.settled whether the content above has loaded */
export function SettingsPanel({ settled }: { readonly settled: boolean }) {
  const { data } = useStudio('settings.read', {});
  const info = useStudio('app.info', {});
  const write = useStudioAction('settings.write', ['settings.read']);
  const heading = useRef<HTMLHeadingElement>(null);
  useGoHere(heading, data !== undefined, settled);
  if (data === undefined) return null;
  const set = (change: Partial<AppSettings>) => write.mutate(change, { onError: notifyError });
  return (
    <Card withBorder component="section" aria-label="Settings" maw={720}>
      <Stack>
        <Title order={2} size="h4" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          Settings
        </Title>
        <div>
          <Text size="sm" fw={500} id="theme-label">
            Colours
          </Text>
          <SegmentedControl
            aria-labelledby="theme-label"
            value={data.theme}
            onChange={(theme) => set({ theme: theme as AppSettings['theme'] })}
            transitionDuration={0}
            data={[
              { value: 'system', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </div>
        <DeviceSelect value={data.device} onChange={(device) => set({ device })} />
        <NumberInput
          label="CPU threads for training"
          description="At most; empty uses all."
          value={data.threads ?? ''}
          placeholder="All"
          min={1}
          max={4096}
          allowDecimal={false}
          onChange={(cores) =>
            set({ threads: typeof cores === 'number' && cores >= 1 ? cores : null })
          }
        />
        {desktop === undefined ? null : (
          <>
            <Switch
              label="Notify me when a training ends"
              checked={data.notify}
              onChange={(event) => set({ notify: event.currentTarget.checked })}
            />
            <Switch
              label="Keep the machine awake while training"
              checked={data.stayAwake}
              onChange={(event) => set({ stayAwake: event.currentTarget.checked })}
            />
          </>
        )}
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          Workspace: {info.data?.workspace}
          {(info.data?.roots.length ?? 0) > 0
            ? `. This page may name files in ${info.data!.roots.join(', ')}.`
            : '.'}
        </Text>
        <Text size="sm" c="dimmed">
          ConMIM Studio {info.data?.version}. Nothing leaves this machine.
        </Text>
      </Stack>
    </Card>
  );
}

/** The route, and the menu action, of the settings. */
const PLACE = '/devices/settings';

/**
 * Scroll to a heading when its route is opened, also repeatedly.
 *
 * @param settled whether the content above has loaded; until then the heading may move
 */
function useGoHere(
  heading: RefObject<HTMLHeadingElement | null>,
  ready: boolean,
  settled: boolean,
): void {
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once more when it may have moved
  useEffect(() => {
    const go = () => {
      heading.current?.scrollIntoView({ block: 'start' });
      heading.current?.focus({ preventScroll: true });
    };
    if (ready && location === PLACE) go();
    // The menu action scrolls back if the route is open already.
    return desktop?.onMenu((action) => {
      if (action === `page:${PLACE.slice(1)}` && location === PLACE) go();
    });
  }, [heading, ready, settled, location]);
}
