/** Counts of a data set by class, size and folder as bars; a bar shows its images. */
import { Card, SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import type { HealthReport } from '../../../../engine/contract/studio/index.ts';
import { Bars } from '../../../ui/bars.tsx';
import { countOf } from '../../../ui/format.ts';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { amountHead, amountText, binText, filledBins } from '../health/report-text.ts';
import { type ImageFilter, toggled } from './image-filter.ts';

export function ReportBars(props: {
  readonly report: HealthReport;
  readonly filter: ImageFilter;
  readonly onFilter: (filter: ImageFilter) => void;
}) {
  const { report, filter, onFilter } = props;
  const { classes, folders, sizes } = report;
  return (
    <Stack>
      {classes === undefined ? null : (
        <Card withBorder>
          <ClassBars classes={classes} {...props} />
        </Card>
      )}
      <Card withBorder>
        <Bars
          caption="Sizes"
          head={['Shorter side in pixels', 'Images']}
          rows={filledBins(sizes.histogram).map((bin) => ({
            name: binText(bin),
            value: bin.images,
            // Lists of older scans cannot be filtered by size.
            ...(folders === undefined || bin.images === 0
              ? {}
              : {
                  isPicked: filter.side === bin.from,
                  onPick: () => onFilter(toggled(filter, 'side', bin.from)),
                }),
          }))}
        />
      </Card>
      {folders === undefined || folders.length < 2 || areClasses(report) ? null : (
        <Card withBorder>
          <ScrollRegion label="Folders">
            <Bars
              caption="Folders"
              head={['Folder', 'Images']}
              rows={folders.map(({ path, name, images }) => ({
                name,
                value: images,
                isPicked: filter.folder === path,
                onPick: () => onFilter(toggled(filter, 'folder', path)),
              }))}
            />
          </ScrollRegion>
        </Card>
      )}
    </Stack>
  );
}

/** Whether the folders are the classes, which have bars of their own. */
function areClasses({ classes = [], folders = [] }: HealthReport): boolean {
  const names = new Set(classes.map(({ name }) => name));
  return folders.every(({ name }) => names.has(name));
}

/** Of dense labels, either images or objects or pixels of a class. */
function ClassBars(props: {
  readonly classes: NonNullable<HealthReport['classes']>;
  readonly report: HealthReport;
  readonly filter: ImageFilter;
  readonly onFilter: (filter: ImageFilter) => void;
}) {
  const { classes, report, filter, onFilter } = props;
  const { dense } = report;
  const [counts, setCounts] = useState('amount');
  const isAmount = dense !== undefined && counts === 'amount';
  const all = classes.reduce((sum, { amount = 0 }) => sum + amount, 0);
  return (
    <Stack gap="xs">
      {dense === undefined ? null : (
        <SegmentedControl
          aria-label="What bars count"
          data={[
            { value: 'amount', label: amountHead(dense) },
            { value: 'images', label: 'Images' },
          ]}
          value={counts}
          onChange={setCounts}
        />
      )}
      <ScrollRegion label="Classes">
        <Bars
          caption={countOf(classes.length, 'class', 'classes')}
          head={['Class', isAmount ? amountHead(dense) : 'Images']}
          rows={classes.map(({ name, images, amount = 0, colour }) => ({
            name,
            value: isAmount ? amount : images,
            colour,
            isPicked: filter.class === name,
            onPick: () => onFilter(toggled(filter, 'class', name)),
          }))}
          {...(isAmount ? { text: (value) => amountText(dense, value, all) } : {})}
        />
      </ScrollRegion>
    </Stack>
  );
}
