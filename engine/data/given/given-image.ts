/** An image that is given to be predicted. */
export interface GivenImage {
  /** absolute */
  readonly path: string;
  /** why it cannot be used, where that is known before it is decoded */
  readonly reason?: string;
}
