/**
 * How a loop walks over its operands: the extents of the loops, outermost first, and for each operand the step in
 * elements for each of them, 0 where it is broadcast or reduced.
 */
export interface Layout {
  readonly extents: readonly number[];
  /** By operand, then by loop. */
  readonly strides: readonly (readonly number[])[];
}

/** Steps of a C-order buffer of that shape; axes of one element have none. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = shape[axis] === 1 ? 0 : step;
    step *= shape[axis]!;
  }
  return strides;
}

/** The same walk in as few loops as can be: loops of one element go, and neighbours that every operand walks through in one are one. */
export function coalesced({ extents, strides }: Layout): Layout {
  const loops = extents.map((_, loop) => loop).filter((loop) => extents[loop] !== 1);
  const merged: { extent: number; steps: number[] }[] = [];
  for (const loop of loops) {
    const steps = strides.map((operand) => operand[loop]!);
    const extent = extents[loop]!;
    const last = merged.at(-1);
    if (last?.steps.every((step, operand) => step === steps[operand]! * extent)) {
      last.extent *= extent;
      last.steps = steps;
    } else merged.push({ extent, steps });
  }
  if (merged.length === 0) merged.push({ extent: 1, steps: strides.map(() => 0) });
  return {
    extents: merged.map(({ extent }) => extent),
    strides: strides.map((_, operand) => merged.map(({ steps }) => steps[operand]!)),
  };
}

/**
 * The loop that is walked in tiles together with the innermost: an operand goes in steps of one along it and in longer
 * ones along the innermost, as a transposed array does, so that lines of the cache would be read once for each element.
 */
export function tiledLoop({ extents, strides }: Layout): number | undefined {
  const inner = extents.length - 1;
  for (const operand of strides) {
    if (Math.abs(operand[inner]!) <= 1) continue;
    const loop = operand.findIndex((step, at) => at < inner && Math.abs(step) === 1 && extents[at]! > 1);
    if (loop >= 0) return loop;
  }
  return undefined;
}
