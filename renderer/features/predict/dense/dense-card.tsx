/** An image, and beside it the same with what was predicted over it. */
import { Card, Text } from '@mantine/core';
import { isBackground } from '../../../../engine/contract/class-labels.ts';
import {
  type DensePredictionItem,
  type DensePredictionPage,
  imageAddress,
} from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countText, percentText } from '../../../ui/format.ts';
import classes from './cards.module.css';
import { FoundClasses } from './found-classes.tsx';

const SIDE = 512;
const SHOWN_CLASSES = 6;

export function DenseCard(props: {
  readonly job: string;
  readonly item: DensePredictionItem;
  readonly page: DensePredictionPage;
  readonly chosen: string | undefined;
  readonly opacity: number;
}) {
  const { job, item, page, chosen, opacity } = props;
  const name = baseName(item.path);
  const hasOverlay = page.hasMasks || item.overlay !== undefined;
  return (
    <Card component="article" withBorder padding="sm" aria-label={name}>
      <div className={hasOverlay ? classes['pair']! : classes['single']!}>
        <img src={imageAddress(item.path, SIDE)} alt={name} loading="lazy" />
        {page.hasMasks ? <Overlay job={job} item={item} chosen={chosen} opacity={opacity} /> : null}
        {item.overlay === undefined ? null : (
          <img
            src={imageAddress(item.overlay, SIDE)}
            alt={`Predicted classes of ${name}`}
            loading="lazy"
          />
        )}
      </div>
      <Text size="sm" mt="xs" title={item.path} truncate>
        {name}
      </Text>
      <FoundClasses found={foundIn(item, page)} />
    </Card>
  );
}

function Overlay(props: {
  readonly job: string;
  readonly item: DensePredictionItem;
  readonly chosen: string | undefined;
  readonly opacity: number;
}) {
  const { job, item, chosen, opacity } = props;
  const only = chosen === undefined ? {} : { class: chosen };
  const mask = useStudio('predictions.mask', { job, row: item.row, side: SIDE, ...only });
  if (mask.error !== null) return <ErrorNotice error={mask.error} />;
  return (
    <div className={classes['overlay']!}>
      <img src={imageAddress(item.path, SIDE)} alt="" loading="lazy" />
      {mask.data === undefined ? null : (
        <img
          src={`data:${mask.data.type};base64,${mask.data.base64}`}
          alt={`Predicted classes of ${baseName(item.path)}`}
          style={{ opacity }}
        />
      )}
    </div>
  );
}

/** The classes of an image, the largest share or number first. */
function foundIn({ shares, counts }: DensePredictionItem, { classes }: DensePredictionPage) {
  const values = shares ?? counts ?? [];
  return classes
    .map(({ name, colour }, label) => ({ label, name, colour, value: values[label] ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, SHOWN_CLASSES)
    .map(({ label, name, colour, value }) => ({
      label,
      colour: isBackground({ name }) ? undefined : `rgb(${colour.join()})`,
      text: `${name} ${shares === undefined ? countText(value) : percentText(value)}`,
    }));
}
