/** The Settings page: every setting of the application, which takes effect at once. */
import { Code, Input, NumberInput, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import type { AppSettings } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { NotificationSetting } from '../../ui/notification-setting.tsx';
import { Page } from '../../ui/page.tsx';
import { Section } from '../../ui/section.tsx';
import { TextLink } from '../../ui/text-link.tsx';

export function SettingsPage() {
  const { data, error, refetch } = useStudio('settings.read', {});
  return (
    <Page title="Settings" about="They belong to the workspace and take effect at once.">
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? null : (
        <Stack maw={720}>
          <Settings settings={data} />
          <Workspace />
        </Stack>
      )}
    </Page>
  );
}

function Settings({ settings }: { readonly settings: AppSettings }) {
  const write = useStudioAction('settings.write', ['settings.read']);
  const set = (change: Partial<AppSettings>) => write.mutate(change, { onError: notifyError });
  return (
    <>
      <Section title="Appearance">
        <Input.Wrapper
          label="Colour scheme"
          description="Light or dark, or as the system is set."
          labelElement="div"
          labelProps={{ id: 'colour-scheme' }}
        >
          <div>
            <SegmentedControl
              aria-labelledby="colour-scheme"
              mt={6}
              value={settings.theme}
              onChange={(theme) => set({ theme: theme as AppSettings['theme'] })}
              disabled={write.unavailable}
              data={[
                { value: 'system', label: 'System' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
          </div>
        </Input.Wrapper>
      </Section>
      <Section title="Computing">
        <DeviceSelect
          label="Preferred device"
          description={
            <>
              Used where a form says Automatic. All are on the page{' '}
              <TextLink href="/devices">Devices</TextLink>.
            </>
          }
          value={settings.device}
          onChange={(device) => set({ device })}
        />
        <NumberInput
          label="CPU threads"
          description="Most threads that a job computes with; empty for all. Fewer leave the machine responsive."
          value={settings.threads ?? ''}
          placeholder="All"
          min={1}
          max={4096}
          allowDecimal={false}
          onChange={(threads) =>
            set({ threads: typeof threads === 'number' && threads >= 1 ? threads : null })
          }
        />
      </Section>
      <Section title="While training">
        <NotificationSetting checked={settings.notify} onChange={(notify) => set({ notify })} />
        {desktop === undefined ? null : (
          <Switch
            label="Keep the machine awake"
            description="Prevent the system from sleeping while a training runs."
            checked={settings.stayAwake}
            onChange={(event) => set({ stayAwake: event.currentTarget.checked })}
          />
        )}
      </Section>
    </>
  );
}

function Workspace() {
  const { data } = useStudio('app.info', {});
  if (data === undefined) return null;
  const { workspace, roots, version, host } = data;
  return (
    <Section title="Workspace">
      <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
        {workspace}
      </Text>
      <Text size="sm">
        The folder of runs, jobs, data sets, presets and imported networks. It is changed{' '}
        {host === 'desktop' ? (
          'by File → Change Workspace….'
        ) : (
          <>
            when the server is started, by <Code>conmim serve --workspace DIR</Code>.
          </>
        )}
      </Text>
      {roots.length === 0 ? null : (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          This page reads files in {roots.join(', ')} only.
        </Text>
      )}
      <Text size="sm" c="dimmed">
        ConMIM Studio {version}. Nothing leaves this machine.
      </Text>
    </Section>
  );
}
