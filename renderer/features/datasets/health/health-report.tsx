/** The health report of a data set. */
import { Badge, Card, Group, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconBulb, IconInfoCircle } from '@tabler/icons-react';
import type { HealthReport as Report } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { Bars } from '../../../ui/bars.tsx';
import { bytesText, countOf, countText, durationText } from '../../../ui/format.ts';
import { Notes } from '../../../ui/notes.tsx';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import classes from './health-report.module.css';
import { sideText } from './report-text.ts';

export function HealthReportView({ report }: { readonly report: Report }) {
  return (
    <Stack>
      <Headlines report={report} />
      <Suggestion report={report} />
      <Notes
        items={[...quickNotes(report), ...report.notes]}
        icon={<IconInfoCircle aria-hidden />}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Formats report={report} />
        {report.unreadable.count > 0 ? <Unreadable report={report} /> : null}
        {report.duplicates.groups > 0 ? <Duplicates report={report} /> : null}
      </SimpleGrid>
    </Stack>
  );
}

function quickNotes({ depth }: Report): string[] {
  return depth === undefined ? [] : [QUICK];
}

const QUICK =
  'This is a quick scan of names and sizes. Damaged files, duplicates and doubtful images are known when the full scan has ended; pre-training need not wait for it.';
/** Of numbers that a quick scan does not give. */
const UNKNOWN = '…';

function Formats({ report }: { readonly report: Report }) {
  const ignored = Object.entries(report.ignored);
  return (
    <Card withBorder>
      <Bars
        caption="Formats"
        head={['Format', 'Images']}
        rows={Object.entries(report.formats)
          .map(([name, value]) => ({ name, value }))
          .sort((a, b) => b.value - a.value)}
      />
      {ignored.length > 0 ? (
        <Text size="sm" c="dimmed" mt="sm">
          Files of other kinds, ignored:{' '}
          {ignored
            .map(([ending, count]) => `${countText(count)} ${ending || 'without an ending'}`)
            .join(', ')}
          .
        </Text>
      ) : null}
    </Card>
  );
}

function Headlines({ report }: { readonly report: Report }) {
  const isQuick = report.depth === 'quick';
  const facts: [string, string][] = [
    ['Images', countText(report.images)],
    ...labelFacts(report),
    ['On disk', bytesText(report.bytes)],
    ['Typical size', sideText(report.sizes.median)],
    ['Cannot be read', isQuick ? UNKNOWN : countText(report.unreadable.count)],
    [termOf('duplicates'), isQuick ? UNKNOWN : countText(report.duplicates.extra)],
    ['Scanned in', durationText(report.scanSeconds)],
  ];
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: facts.length > 6 ? 4 : 6 }} component="dl" m={0}>
      {facts.map(([name, value]) => (
        <Card key={name} withBorder padding="sm">
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} fw={600} size="lg">
            {value}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}

/** What there is of dense labels. */
function labelFacts({ dense, classes = [] }: Report): [string, string][] {
  if (dense === undefined) return [];
  const objects = classes.reduce((sum, { amount = 0 }) => sum + amount, 0);
  return [
    ['Labels', dense.of === 'pixels' ? 'Masks' : countOf(objects, 'object')],
    ['Format of labels', dense.format],
  ];
}

function Suggestion({ report }: { readonly report: Report }) {
  const { recipe, imageSize, patchSize, reason } = report.suggestion;
  return (
    <Card withBorder>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <IconBulb size={24} aria-hidden style={{ flexShrink: 0 }} />
        <Stack gap={2}>
          <Group gap="xs">
            <Title order={2} size="h4">
              Suggested: the recipe {recipe}
            </Title>
            <Badge>{imageSize} px images</Badge>
            <Badge>{patchSize} px patches</Badge>
          </Group>
          <Text size="sm">{reason}</Text>
        </Stack>
      </Group>
    </Card>
  );
}

function Unreadable({ report }: { readonly report: Report }) {
  const { count, files } = report.unreadable;
  return (
    <Card withBorder>
      <Title order={3} size="h5">
        {countOf(count, 'file')} cannot be read
      </Title>
      <Text size="sm" c="dimmed">
        They are left out of training.
      </Text>
      <ScrollRegion label="Files that cannot be read">
        <Table
          verticalSpacing={4}
          data={{
            head: ['File', 'Why'],
            body: files.map(({ path, reason }) => [
              <span key={path} className={classes['path']!}>
                {path}
              </span>,
              reason,
            ]),
          }}
        />
      </ScrollRegion>
      {count > files.length ? (
        <Text size="sm" c="dimmed">
          The first {countText(files.length)} are shown.
        </Text>
      ) : null}
    </Card>
  );
}

function Duplicates({ report }: { readonly report: Report }) {
  const { groups, extra, examples } = report.duplicates;
  return (
    <Card withBorder>
      <Title order={3} size="h5">
        {countOf(extra, 'image is a duplicate', 'images are duplicates')}
      </Title>
      <Text size="sm" c="dimmed">
        {countOf(groups, 'image occurs', 'images occur')} more than once, and are seen more often in
        training.
      </Text>
      <ScrollRegion label={termOf('duplicates')}>
        <List size="sm" spacing="xs" mt="xs">
          {examples.map((paths) => (
            <List.Item key={paths[0]} className={classes['path']!}>
              {paths.join(' = ')}
            </List.Item>
          ))}
        </List>
      </ScrollRegion>
    </Card>
  );
}
