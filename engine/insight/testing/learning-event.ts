import type { LearningEvent } from '../../runs/events.ts';

/** A measurement of a healthy run that goes on. */
export function learningEvent(step: number, over: Partial<LearningEvent> = {}): LearningEvent {
  const progress = step / 1000;
  return {
    type: 'learning',
    step,
    time: 0,
    images: 32,
    loss: 4.1 - progress,
    match: 0.02 + progress,
    chance: 1 / 64,
    matchByVisible: [
      { visible: 0, patches: 100, match: 0.01 + progress },
      { visible: 3, patches: 200, match: 0.03 + progress },
    ],
    positionMatch: 0.02,
    confidence: 0.05,
    predictionEntropy: 0.95 - progress,
    agreement: 0.4 + progress,
    visibleAgreement: 0.5 + progress,
    teacherDistance: 0.01,
    tokens: 512,
    width: 96,
    featureRank: 20 + step / 10,
    studentFeatureRank: 18 + step / 10,
    projectionRank: 30,
    studentProjectionRank: 30,
    featureSpread: 0.8,
    leastFeatureSpread: 0.3,
    deadFeatures: 0,
    duplicateFeatures: 0,
    deadProjections: 0,
    duplicateProjections: 0,
    attentionEntropy: [0.99, 0.95],
    gradientNorms: [
      { part: 'embedding', norm: 0.5 },
      { part: 'blocks.0', norm: 0.3 },
      { part: 'projector', norm: 0.1 },
    ],
    flatImages: 0,
    measureMs: 40,
    ...over,
  };
}
