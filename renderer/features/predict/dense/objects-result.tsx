/** Objects that a job has found: pictures with boxes and masks from a score on, and other formats. */
import { useState } from 'react';
import type { Job, ObjectPredictionPage } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { labelsOfObjects, objectsText } from '../../../ui/label-overlay/drawn-objects.ts';
import { LabelOverlay } from '../../../ui/label-overlay/label-overlay.tsx';
import { Lightbox } from '../../../ui/lightbox/lightbox.tsx';
import { OPACITY, OpacitySlider } from '../../../ui/opacity-slider.tsx';
import { ScoreSlider } from '../../../ui/score-slider.tsx';
import { isLive } from '../jobs/job-text.ts';
import { ClassFilter } from '../result/class-filter.tsx';
import { LOOK_MS } from '../result/job-parts.tsx';
import { DensePage, Gallery, useShownPart } from './dense-page.tsx';
import { ObjectsCard } from './objects-card.tsx';
import { namesOf, shownImage } from './objects-shown.ts';
import { SaveObjects } from './save-objects.tsx';

/** Smallest score at first, as `predict` keeps objects by default. */
const SURE = 0.5;

export function ObjectsResult({ job }: { readonly job: Job }) {
  const { chosen, choose, shown, setShown, part } = useShownPart();
  /** Of the pictures, at once. */
  const [threshold, setThreshold] = useState(SURE);
  /** Of counts and filter, when the slider is let go. */
  const [counted, setCounted] = useState(SURE);
  const query = { job: job.id, threshold: counted, ...part };
  const found = useStudio('predictions.objects', query, isLive(job) ? { every: LOOK_MS } : {});
  const page = found.data;
  return (
    <DensePage job={job} found={found}>
      {page === undefined ? null : (
        <>
          <Pictures
            page={page}
            chosen={chosen}
            threshold={threshold}
            shown={shown}
            onChoose={choose}
            onThreshold={setThreshold}
            onCount={(value) => {
              setCounted(value);
              setShown(1);
            }}
            onShow={setShown}
          />
          <SaveObjects job={job.id} threshold={threshold} chosen={chosen} />
        </>
      )}
    </DensePage>
  );
}

function Pictures(props: {
  readonly page: ObjectPredictionPage;
  readonly chosen: string | undefined;
  readonly threshold: number;
  readonly shown: number;
  readonly onChoose: (name: string | undefined) => void;
  readonly onThreshold: (threshold: number) => void;
  readonly onCount: (threshold: number) => void;
  readonly onShow: (part: number) => void;
}) {
  const { page, chosen, threshold, shown } = props;
  const [opacity, setOpacity] = useState(OPACITY);
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const names = namesOf(page);
  const images = page.items.map((item) => shownImage(item, names, { threshold, chosen }));
  const enlarged = opened === undefined ? undefined : images[opened];
  const isCounting = page.threshold !== threshold;
  const hasMasks = page.items.some(({ objects }) => objects.some((one) => one.outlines));
  const slider = (
    <ScoreSlider value={threshold} onChange={props.onThreshold} onChangeEnd={props.onCount} />
  );
  return (
    <>
      <Gallery
        page={page}
        isCounting={isCounting && chosen !== undefined}
        shown={shown}
        onShow={props.onShow}
        controls={
          <>
            <ClassFilter
              page={page}
              isCounting={isCounting}
              chosen={chosen}
              onChoose={props.onChoose}
            />
            {slider}
            {hasMasks ? <OpacitySlider value={opacity} onChange={setOpacity} /> : null}
          </>
        }
      >
        {images.map((image, i) => (
          <ObjectsCard
            key={image.row}
            image={image}
            names={names}
            opacity={opacity / 100}
            onOpen={() => setOpened(i)}
          />
        ))}
      </Gallery>
      <Lightbox
        count={images.length}
        at={enlarged && opened}
        picture={enlarged && { ...enlarged, caption: objectsText(enlarged.objects, names) }}
        overlay={
          enlarged && (
            <LabelOverlay
              labels={labelsOfObjects(enlarged, enlarged.objects, names)}
              view={{ isShown: true, opacity: opacity / 100 }}
              hasNames
            />
          )
        }
        controls={slider}
        onMove={setOpened}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}
