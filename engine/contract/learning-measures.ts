/** What is measured of a pre-training on its probe set: a few of its own images, the same at each measurement. */

/** Patches whose number of visible neighbours is the same. */
export interface NeighbourhoodMatch {
  /** of the eight patches around it, those that the student sees */
  readonly visible: number;
  /** masked patches of the probe set with so many */
  readonly patches: number;
  /** share of them whose most similar teacher patch is their own */
  readonly match: number;
}

export interface PartNorm {
  /** `embedding`, `blocks.0`, …, `norm`, `projector` */
  readonly part: string;
  /** L2 norm of the gradient of the last step, before clipping */
  readonly norm: number;
}

/** Shares are 0 to 1. Ranks are RankMe: exp of the entropy of the normalised singular values. */
export interface LearningMeasures {
  /** images of the probe set */
  readonly images: number;
  /** mean cross-entropy over the masked patches, nats */
  readonly loss: number;
  /** share of masked patches whose most similar teacher patch is their own */
  readonly match: number;
  readonly chance: number;
  readonly matchByVisible: readonly NeighbourhoodMatch[];
  /** the same share where the teacher sees another image: what positions alone give */
  readonly positionMatch?: number;
  /** mean probability of the patch that the student holds for its own */
  readonly confidence: number;
  /** entropy of the student's probabilities, as a share of that of guessing */
  readonly predictionEntropy: number;
  /** mean cosine of student and teacher at masked and at visible patches */
  readonly agreement: number;
  readonly visibleAgreement: number;
  /** L2 distance of the teacher's weights from the student's, relative to the norm of the student's */
  readonly teacherDistance: number;
  /** tokens that ranks and spreads are computed from */
  readonly tokens: number;
  /** dimensions of the features */
  readonly width: number;
  readonly featureRank: number;
  readonly studentFeatureRank: number;
  readonly projectionRank: number;
  readonly studentProjectionRank: number;
  /** standard deviation of the teacher's features, mean and least over dimensions, relative to their root mean square */
  readonly featureSpread: number;
  readonly leastFeatureSpread: number;
  /** dimensions of the teacher's features and projections that are constant, or follow another one */
  readonly deadFeatures: number;
  readonly duplicateFeatures: number;
  readonly deadProjections: number;
  readonly duplicateProjections: number;
  /** per block of the student: mean entropy of its attention, as a share of that of even attention */
  readonly attentionEntropy: readonly number[];
  readonly gradientNorms: readonly PartNorm[];
  /** top-1 accuracy of the teacher's features by nearest neighbours on labelled images; not at each measurement */
  readonly knnAccuracy?: number;
  /** share of the most frequent class among them */
  readonly knnChance?: number;
  /** images whose class was asked */
  readonly knnImages?: number;
  /** share of probe images that show a single colour */
  readonly flatImages: number;
  /** what the measurement took */
  readonly measureMs: number;
}
