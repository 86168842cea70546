/** Row numbers of one split. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}
