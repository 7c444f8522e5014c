/** Settings of a pre-training of `micro` that takes milliseconds a step and saves often. */
export const SMALL_PRETRAINING = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 24,
  depth: 2,
  heads: 3,
  mlp_dim: 32,
  proj_dim: 16,
  batch_size: 4,
  mask_cell: 8,
  checkpoint_every: 3,
};
