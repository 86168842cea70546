/**
 * Where the smallest or the largest of some values is: the first such place, that of the first NaN where there is one, or of
 * no NaN with `skipsNaN`; -1 where there is nothing else.
 */

/** Values of one vector, where they are gone through one by one. */
const LANES: usize = memory.data(16);

class Lanes {
  /** Of 64-bit integers there are no vectors of extremes. */
  @inline static areThere<T>(): bool {
    return isFloat<T>() || sizeof<T>() < 8;
  }

  @inline static better<T>(best: v128, x: v128, isMin: bool): v128 {
    if (isFloat<T>()) return isMin ? v128.pmin<T>(best, x) : v128.pmax<T>(best, x);
    return isMin ? v128.min<T>(best, x) : v128.max<T>(best, x);
  }

  @inline static isNaN<T>(x: v128): v128 {
    return isFloat<T>() ? v128.ne<T>(x, x) : i64x2.splat(0);
  }
}

class One {
  @inline static isBetter<T>(x: T, best: T, isMin: bool): bool {
    return isMin ? x < best : x > best;
  }

  @inline static isNaN<T>(x: T): bool {
    return isFloat<T>() && !(x <= <T>Infinity);
  }

  /** What no value is worse than. */
  @inline static worst<T>(first: T, isMin: bool): T {
    return isFloat<T>() ? <T>(isMin ? Infinity : -Infinity) : first;
  }
}

/** The first place of a value, or with `wantsNaN` that of NaN; -1 where it is not. */
function find<T>(at: usize, length: usize, value: T, wantsNaN: bool): i32 {
  let i: usize = 0;
  if (Lanes.areThere<T>()) {
    const sought = v128.splat<T>(value);
    const perVector: usize = 16 / sizeof<T>();
    for (; i + perVector <= length; i += perVector) {
      const x = v128.load(at + i * sizeof<T>());
      if (i8x16.bitmask(wantsNaN ? Lanes.isNaN<T>(x) : v128.eq<T>(x, sought))) break;
    }
  }
  for (; i < length; i++) {
    const x = load<T>(at + i * sizeof<T>());
    if (wantsNaN ? One.isNaN<T>(x) : x === value) return <i32>i;
  }
  return -1;
}

class Along {
  /** Of one row: four vectors go side by side, since chains are what takes time. */
  @inline static row<T>(at: usize, length: usize, isMin: bool, skipsNaN: bool, out: usize): i32 {
    let best = One.worst<T>(load<T>(at), isMin);
    const end = at + length * sizeof<T>();
    let next = at;
    let hasNaN = false;
    if (Lanes.areThere<T>() && next + 64 <= end) {
      let a = v128.splat<T>(best);
      let b = a;
      let c = a;
      let d = a;
      let nan = i64x2.splat(0);
      for (; next + 64 <= end; next += 64) {
        const w = v128.load(next);
        const x = v128.load(next, 16);
        const y = v128.load(next, 32);
        const z = v128.load(next, 48);
        a = Lanes.better<T>(a, w, isMin);
        b = Lanes.better<T>(b, x, isMin);
        c = Lanes.better<T>(c, y, isMin);
        d = Lanes.better<T>(d, z, isMin);
        if (isFloat<T>()) {
          const one = v128.or(Lanes.isNaN<T>(w), Lanes.isNaN<T>(x));
          nan = v128.or(nan, v128.or(one, v128.or(Lanes.isNaN<T>(y), Lanes.isNaN<T>(z))));
        }
      }
      hasNaN = v128.any_true(nan);
      v128.store(LANES, Lanes.better<T>(Lanes.better<T>(a, b, isMin), Lanes.better<T>(c, d, isMin), isMin));
      for (let lane: usize = 0; lane < 16; lane += sizeof<T>()) {
        const x = load<T>(LANES + lane);
        if (One.isBetter<T>(x, best, isMin)) best = x;
      }
    }
    for (; next < end; next += sizeof<T>()) {
      const x = load<T>(next);
      if (One.isBetter<T>(x, best, isMin)) best = x;
      hasNaN = hasNaN || One.isNaN<T>(x);
    }
    const place = find<T>(at, length, best, hasNaN && !skipsNaN);
    store<T>(out, place < 0 ? best : load<T>(at + <usize>place * sizeof<T>()));
    return place;
  }

  /** Of the next row, at `at`, of columns. */
  @inline static columns<T>(
    at: usize,
    width: usize,
    row: i32,
    isMin: bool,
    skipsNaN: bool,
    values: usize,
    places: usize,
  ): void {
    const perVector: usize = 16 / sizeof<T>();
    for (let i: usize = 0; i < width; ) {
      let until = width;
      if (Lanes.areThere<T>() && i + perVector <= width) {
        const x = v128.load(at + i * sizeof<T>());
        const best = v128.load(values + i * sizeof<T>());
        until = i + perVector;
        // Most rows are no better in most columns.
        if (i8x16.bitmask(isMin ? v128.ge<T>(x, best) : v128.le<T>(x, best)) === 0xffff) {
          i = until;
          continue;
        }
      }
      for (; i < until; i++) {
        const x = load<T>(at + i * sizeof<T>());
        const best = load<T>(values + i * sizeof<T>());
        const isWanted = One.isNaN<T>(x) ? !skipsNaN && !One.isNaN<T>(best) : skipsNaN && One.isNaN<T>(best);
        if (!isWanted && !One.isBetter<T>(x, best, isMin)) continue;
        store<T>(values + i * sizeof<T>(), x);
        store<i32>(places + (i << 2), row);
      }
    }
  }
}

/** Of each of the rows that lie at `at`: the values go to `values`, and the places to `places`. */
function rows<T>(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  for (; count > 0; count--, at += length * sizeof<T>(), values += sizeof<T>(), places += 4) {
    if (isMin) store<i32>(places, Along.row<T>(at, length, true, skipsNaN, values));
    else store<i32>(places, Along.row<T>(at, length, false, skipsNaN, values));
  }
}

/** Of columns, of which the rows from `first` on lie at `at`: what was found in those before is in `values` and `places`. */
function columns<T>(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  for (const end = first + <i32>count; first < end; first++, at += width * sizeof<T>()) {
    if (first === 0) {
      memory.copy(values, at, width * sizeof<T>());
      for (let i: usize = 0; i < width; i++) {
        store<i32>(places + (i << 2), skipsNaN && One.isNaN<T>(load<T>(at + i * sizeof<T>())) ? -1 : 0);
      }
    } else if (isMin) Along.columns<T>(at, width, first, true, skipsNaN, values, places);
    else Along.columns<T>(at, width, first, false, skipsNaN, values, places);
  }
}

export function rowsFloat64(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<f64>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsFloat64(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<f64>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsFloat32(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<f32>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsFloat32(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<f32>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsInt64(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<i64>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsInt64(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<i64>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsUint64(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<u64>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsUint64(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<u64>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsInt32(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<i32>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsInt32(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<i32>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsUint32(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<u32>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsUint32(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<u32>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsInt16(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<i16>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsInt16(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<i16>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsUint16(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<u16>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsUint16(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<u16>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsInt8(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<i8>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsInt8(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<i8>(at, count, width, first, isMin, skipsNaN, values, places);
}

export function rowsUint8(
  at: usize,
  count: usize,
  length: usize,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  rows<u8>(at, count, length, isMin, skipsNaN, values, places);
}

export function columnsUint8(
  at: usize,
  count: usize,
  width: usize,
  first: i32,
  isMin: bool,
  skipsNaN: bool,
  values: usize,
  places: usize,
): void {
  columns<u8>(at, count, width, first, isMin, skipsNaN, values, places);
}
