/** The checkpoints of a run. */
import { Badge, Group, Table, Text } from '@mantine/core';
import type { RunDetail } from '../../../../engine/contract/studio/index.ts';
import { agoText, bytesText, countText } from '../../../ui/format.ts';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { Section } from '../../../ui/section.tsx';

export function CheckpointTable({ run }: { readonly run: RunDetail }) {
  const { checkpoints, status } = run;
  const comes = status === 'created' || status === 'running' || status === 'paused';
  const newest = checkpoints.at(-1)?.step;
  return (
    <Section title="Checkpoints">
      {checkpoints.length === 0 ? (
        <Text c="dimmed">
          {comes
            ? 'There is no checkpoint yet; the first is saved automatically.'
            : 'There is no checkpoint.'}
        </Text>
      ) : (
        <>
          <ScrollRegion label="List of checkpoints">
            <Table
              verticalSpacing={4}
              stickyHeader
              aria-label="Checkpoints"
              data={{
                head: ['Step', 'Size', 'Saved', 'Note'],
                body: [...checkpoints].reverse().map(({ step, bytes, savedAt, best }) => [
                  countText(step),
                  bytesText(bytes),
                  <time key="saved" dateTime={savedAt} title={new Date(savedAt).toLocaleString()}>
                    {agoText(savedAt)}
                  </time>,
                  <Group key="note" gap={4}>
                    {best ? <Badge color="teal">best</Badge> : null}
                    {step === newest ? <Badge color="gray">newest</Badge> : null}
                  </Group>,
                ]),
              }}
            />
          </ScrollRegion>
          <Text size="sm" c="dimmed">
            Each can be exported, evaluated and fine-tuned.
          </Text>
        </>
      )}
    </Section>
  );
}
