/** The data set of a run and its health. */

import path from 'node:path';
import { bytesText, countOf, countText, percentText } from '../../../contract/number-text.ts';
import type { RunRecord } from '../../../runs/run-record.ts';
import { dateText } from '../date-text.ts';
import { bullets, facts, folded, type Section, table } from '../document.ts';
import type { RunReportData } from '../read-run.ts';

export function dataSection({ run, health }: RunReportData): Section {
  const { dataset, classes, labelled, from } = run.record;
  const parts = [
    // Names of folders alone: a report is made to be given to others.
    facts([
      ['Images', countText(dataset.images)],
      ['Excluded images', excludedText(run.record)],
      ['Folders', dataset.folders.map((folder) => path.basename(folder)).join(', ')],
      ['Fingerprint', dataset.contents ?? dataset.fingerprint],
      ['Started from', from === undefined ? undefined : path.basename(from)],
      ['Training set', labelled === undefined ? undefined : path.basename(labelled.train)],
      ['Validation set', labelled?.val ? path.basename(labelled.val) : undefined],
      [
        'Share of the labels',
        labelled === undefined ? undefined : percentText(labelled.fraction, 0),
      ],
      ['Classes', classes?.join(', ')],
    ]),
  ];
  if (health !== undefined) {
    const { report, name } = health;
    const { unreadable, duplicates, sizes, formats, notes } = report;
    parts.push(
      facts([
        ['Data set', name],
        ['Scanned', dateText(report.scannedAt)],
        ['Size', bytesText(report.bytes)],
        [
          'Formats',
          Object.entries(formats)
            .map(([kind, n]) => `${countText(n)} ${kind}`)
            .join(', '),
        ],
        [
          'Smallest, median, largest',
          [sizes.smallest, sizes.median, sizes.largest].map(([w, h]) => `${w} × ${h}`).join(', '),
        ],
        ['Unreadable', countText(unreadable.count)],
        ['Duplicates', `${countText(duplicates.extra)} in ${countOf(duplicates.groups, 'group')}`],
      ]),
    );
    if (notes.length > 0) parts.push(bullets(notes));
    if (report.classes !== undefined)
      parts.push(
        folded(countOf(report.classes.length, 'class', 'classes'), [
          table(
            [
              ['Class', 'Images'],
              ...report.classes.map((one) => [one.name, countText(one.images)]),
            ],
            'Images by class',
          ),
        ]),
      );
  }
  return { title: 'Data', parts };
}

/** Runs of earlier versions do not say how many. */
function excludedText({ excluded, dataset }: RunRecord): string | undefined {
  if (dataset.excluded !== undefined) return countText(dataset.excluded);
  return excluded === undefined ? undefined : 'those of a list';
}
