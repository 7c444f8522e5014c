/** Counts of a data set by class, size and folder as bars; a bar shows its images. */
import { Card, Stack } from '@mantine/core';
import type { HealthReport } from '../../../engine/contract/studio/index.ts';
import { Bars } from '../../ui/bars.tsx';
import { countOf } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { type ImageFilter, toggled } from './image-filter.ts';
import { binText, filledBins } from './report-text.ts';

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
          <ScrollRegion label="Classes">
            <Bars
              caption={countOf(classes.length, 'class', 'classes')}
              head={['Class', 'Images']}
              rows={classes.map(({ name, images }) => ({
                name,
                value: images,
                isPicked: filter.class === name,
                onPick: () => onFilter(toggled(filter, 'class', name)),
              }))}
            />
          </ScrollRegion>
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
