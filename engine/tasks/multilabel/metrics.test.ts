import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, type SafetensorsFile } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { evaluateLabels, type LabelScores, labelHeadlines, rankLabels } from './metrics.ts';

const CASES = 8;
let fixture: SafetensorsFile;
beforeAll(async () => {
  fixture = await readSafetensors(
    packagedFile('engine/tasks/multilabel/testing/multilabel.safetensors'),
  );
});
const values = (name: string) => Array.from(fixture.tensors.get(name)!.data, Number);

function scoresOf(number: number): LabelScores {
  const { shape, data } = fixture.tensors.get(`${number}.logits`)!;
  return {
    logits: data as Float32Array,
    targets: Uint8Array.from(values(`${number}.targets`)),
    images: shape[0]!,
    classes: shape[1]!,
  };
}
const names = (count: number) => Array.from({ length: count }, (_, c) => `class ${c}`);

describe('evaluateLabels', () => {
  it.each(Array.from({ length: CASES }, (_, i) => i))(
    'gives average precision and F1 as scikit-learn does, case %i',
    (number) => {
      const scores = scoresOf(number);
      const threshold = JSON.parse(fixture.metadata['thresholds']!)[number];
      const report = evaluateLabels(scores, names(scores.classes), threshold, { resamples: 10 });
      const precisions = values(`${number}.ap`);
      const [macro, micro] = values(`${number}.summary`);
      report.perClass.forEach(({ averagePrecision, f1 }, c) => {
        if (Number.isNaN(precisions[c])) expect(averagePrecision).toBeNull();
        else expect(averagePrecision).toBeCloseTo(precisions[c]!, 12);
        expect(f1 ?? 0).toBeCloseTo(values(`${number}.f1`)[c]!, 12);
      });
      const defined = precisions.filter((precision) => !Number.isNaN(precision));
      const mean = defined.reduce((a, b) => a + b) / defined.length;
      expect(report.mAP.value).toBeCloseTo(mean, 12);
      expect(report.macroF1.value).toBeCloseTo(macro!, 12);
      expect(report.microF1.value).toBeCloseTo(micro!, 12);
      expect(report.loss).toBeCloseTo(values(`${number}.plain_loss`)[0]!, 5);
      expect(report.withoutImages).toHaveLength(precisions.length - defined.length);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    },
  );

  it('has classes without images among its cases', () => {
    const missing = Array.from({ length: CASES }, (_, i) => values(`${i}.ap`)).flat();
    expect(missing.filter(Number.isNaN).length).toBeGreaterThan(0);
  });

  it('refuses images without any label, no images, and numbers that are none', () => {
    const one = { logits: Float32Array.of(1), targets: Uint8Array.of(1), images: 1, classes: 1 };
    const code = (change: Partial<LabelScores>) => {
      try {
        evaluateLabels({ ...one, ...change }, ['a'], 0.5);
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return undefined;
    };
    expect(code({ targets: Uint8Array.of(0) })).toBe('evaluation-empty');
    expect(code({ images: 0 })).toBe('evaluation-empty');
    expect(code({ logits: Float32Array.of(Number.NaN) })).toBe('evaluation-not-finite');
  });
});

describe('labelHeadlines', () => {
  it('counts an image of weight 2 as two equal images', () => {
    const scores = scoresOf(1);
    const { images, classes } = scores;
    const weights = Uint32Array.from({ length: images }, (_, i) => i % 3);
    const rows = [...weights].flatMap((weight, i) => Array<number>(weight).fill(i));
    const repeated: LabelScores = {
      logits: Float32Array.from(
        rows.flatMap((i) => [...scores.logits.slice(i * classes, (i + 1) * classes)]),
      ),
      targets: Uint8Array.from(
        rows.flatMap((i) => [...scores.targets.slice(i * classes, (i + 1) * classes)]),
      ),
      images: rows.length,
      classes,
    };
    const weighted = labelHeadlines(rankLabels(scores, 0.5), weights);
    const plain = labelHeadlines(rankLabels(repeated, 0.5), new Uint32Array(rows.length).fill(1));
    weighted.forEach((value, i) => {
      expect(value).toBeCloseTo(plain[i]!, 12);
    });
  });
});
