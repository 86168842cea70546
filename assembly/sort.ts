/**
 * Sorting by the digits of keys, unsigned integers in the order of the values (radix sort; Knuth, The Art of Computer
 * Programming 5.2.5). Three digits, the highest of those in which keys differ, leave few values that are not in their places:
 * these are brought there by insertion, or where they are too many, all digits are gone through.
 */

/** How often each digit is there, or where the next of it goes: three tables. */
const COUNTS: usize = memory.data(24576);
const TABLE: usize = 8192;
/** Of so many digits at once. */
const DIGITS: usize = 3;
/** Up to so many values are brought to their places one by one. */
const FEW: usize = 24;
/** From so many on, digits have 11 bits instead of 8: their tables cost less than another pass. */
const MANY: usize = 1024;
/** How many steps insertion may take for each value. */
const STEPS: usize = 8;

/** Where the keys are, and where as many have room. */
let from: usize;
let to: usize;

class Table {
  @inline static count(table: usize, digit: usize): void {
    const at = table + (digit << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

function countDigits<K>(length: usize, low: usize, bits: usize): void {
  memory.fill(COUNTS, 0, DIGITS * TABLE);
  const mask: K = ((<K>1) << (<K>bits)) - 1;
  const end = from + length * sizeof<K>();
  for (let at = from; at < end; at += sizeof<K>()) {
    const key = load<K>(at) >> <K>low;
    Table.count(COUNTS, <usize>(key & mask));
    Table.count(COUNTS + TABLE, <usize>((key >> <K>bits) & mask));
    Table.count(COUNTS + 2 * TABLE, <usize>((key >> ((<K>bits) << 1)) & mask));
  }
}

/** Brings the keys to the places of one of their digits, in the order in which they are where it is the same. */
function scatter<K>(length: usize, shift: usize, bits: usize, table: usize): void {
  let place = to;
  const tableEnd = table + ((<usize>4) << bits);
  for (let at = table; at < tableEnd; at += 4) {
    const size = <usize>load<u32>(at) * sizeof<K>();
    store<u32>(at, <u32>place);
    place += size;
  }
  const mask: K = ((<K>1) << (<K>bits)) - 1;
  const end = from + length * sizeof<K>();
  for (let at = from; at < end; at += sizeof<K>()) {
    const key = load<K>(at);
    const entry = table + ((<usize>((key >> <K>shift) & mask)) << 2);
    const target = <usize>load<u32>(entry);
    store<u32>(entry, <u32>(target + sizeof<K>()));
    store<K>(target, key);
  }
  const old = from;
  from = to;
  to = old;
}

/** By three digits, the lowest of which begins at the bit `low`; `differences` has the bits that are not the same in all. */
function sortDigits<K>(length: usize, low: usize, bits: usize, differences: K): void {
  countDigits<K>(length, low, bits);
  const mask: K = ((<K>1) << (<K>bits)) - 1;
  for (let digit: usize = 0; digit < DIGITS; digit++) {
    const shift = low + digit * bits;
    if (shift < 8 * sizeof<K>() && (differences >> <K>shift) & mask) {
      scatter<K>(length, shift, bits, COUNTS + digit * TABLE);
    }
  }
}

/** By insertion; false where that takes more than so many steps. */
function insert<K>(length: usize, steps: usize): bool {
  const end = from + length * sizeof<K>();
  let previous = load<K>(from);
  for (let at = from + sizeof<K>(); at < end; at += sizeof<K>()) {
    const key = load<K>(at);
    if (key >= previous) {
      previous = key;
      continue;
    }
    let place = at;
    do {
      store<K>(place, load<K>(place - sizeof<K>()));
      place -= sizeof<K>();
    } while (place > from && load<K>(place - sizeof<K>()) > key);
    store<K>(place, key);
    const moved = (at - place) / sizeof<K>();
    if (moved > steps) return false;
    steps -= moved;
  }
  return true;
}

/** Sorts keys by the bits from `lowest` on, or by all. */
function sortKeys<K>(length: usize, lowest: usize, differences: K): void {
  if (!differences) return;
  if (length <= FEW) {
    insert<K>(length, FEW * FEW);
    return;
  }
  const bits: usize = length < MANY ? 8 : 11;
  const highest = <usize>(8 * sizeof<K>()) - <usize>clz<K>(differences);
  if (highest <= lowest + DIGITS * bits) {
    sortDigits<K>(length, lowest, bits, differences);
    return;
  }
  sortDigits<K>(length, highest - DIGITS * bits, bits, differences);
  if (insert<K>(length, STEPS * length)) return;
  for (let low: usize = lowest; low < highest; low += DIGITS * bits) sortDigits<K>(length, low, bits, differences);
}

/** Values as keys; gives the bits in which they differ. Floats have the sign turned, negative ones all bits; NaN is the last. */
function toKeys<T, K>(values: usize, length: usize, keys: usize, joinsZeros: bool): K {
  let first: K = 0;
  let differences: K = 0;
  const end = values + length * sizeof<T>();
  const sign: K = (<K>1) << (8 * sizeof<K>() - 1);
  const infinity: K = sizeof<K>() === 8 ? <K>0x7ff0000000000000 : <K>0x7f800000;
  for (let at = values; at < end; at += sizeof<T>(), keys += sizeof<K>()) {
    let key: K;
    if (isFloat<T>()) {
      const bits = load<K>(at);
      const isNumber = bits << 1 <= infinity << 1;
      key = joinsZeros && bits === sign ? 0 : bits;
      key ^= sign | <K>(sizeof<K>() === 8 ? <i64>key >> 63 : <i32>key >> 31);
      key = isNumber ? key : ~(<K>0);
    } else key = isSigned<T>() ? <K>load<T>(at) ^ sign : <K>load<T>(at);
    if (at === values) first = key;
    differences |= key ^ first;
    store<K>(keys, key);
  }
  return differences;
}

/** NaN becomes the one that there is in JavaScript. */
function fromKeys<T, K>(values: usize, length: usize): void {
  const end = values + length * sizeof<T>();
  const sign: K = (<K>1) << (8 * sizeof<K>() - 1);
  for (let at = values, keys = from; at < end; at += sizeof<T>(), keys += sizeof<K>()) {
    const key = load<K>(keys);
    if (isFloat<T>()) {
      const bits = key ^ (sign | ~(<K>(sizeof<K>() === 8 ? <i64>key >> 63 : <i32>key >> 31)));
      store<K>(at, key === ~(<K>0) ? (sizeof<K>() === 8 ? <K>0x7ff8000000000000 : <K>0x7fc00000) : bits);
    } else store<T>(at, isSigned<T>() ? <T>(key ^ sign) : <T>key);
  }
}

/** Sorts each of the rows, which lie at `values` one after another. There is room for two of them, as keys, at `room`. */
function sortRows<T, K>(values: usize, rows: usize, length: usize, room: usize): void {
  for (; rows > 0; rows--, values += length * sizeof<T>()) {
    const isInPlace = sizeof<T>() === sizeof<K>();
    from = isInPlace ? values : room + length * sizeof<K>();
    to = room;
    sortKeys<K>(length, 0, toKeys<T, K>(values, length, from, false));
    fromKeys<T, K>(values, length);
  }
}

const UPPER: u64 = 0xffffffff00000000;

class Keys {
  /** The upper 32 bits of a key, as such. */
  @inline static upper<K>(keys: usize, i: usize): u64 {
    return sizeof<K>() === 8 ? load<u64>(keys + (i << 3)) & UPPER : (<u64>load<u32>(keys + (i << 2))) << 32;
  }
}

/**
 * Sorts integers of 64 bits at `from`: the upper 32 bits of keys with the places of the values, of equal ones in the order in
 * which they are. At `room` there is room for the keys, which are in the values' order, and twice for these.
 */
function sortPlaces<T, K>(values: usize, length: usize, room: usize): void {
  const keys = room;
  const differences = toKeys<T, K>(values, length, keys, true);
  from = room + length * sizeof<K>();
  to = from + (length << 3);
  for (let i: usize = 0; i < length; i++) store<u64>(from + (i << 3), Keys.upper<K>(keys, i) | i);
  sortKeys<u64>(length, 32, sizeof<K>() === 8 ? <u64>differences & UPPER : (<u64>differences) << 32);
  if (sizeof<K>() === 4 || !((<u64>differences) << 32) || insertByLower(keys, length)) return;
  for (let i: usize = 0; i < length; i++) store<u64>(from + (i << 3), (load<u64>(keys + (i << 3)) << 32) | i);
  sortKeys<u64>(length, 32, (<u64>differences) << 32);
  for (let i: usize = 0, at = from; i < length; i++, at += 8) {
    const place = load<u32>(at);
    store<u64>(at, Keys.upper<K>(keys, place) | place);
  }
  const bits: usize = length < MANY ? 8 : 11;
  for (let low: usize = 32; low < 64; low += DIGITS * bits) {
    sortDigits<u64>(length, low, bits, <u64>differences & UPPER);
  }
}

/** The places of the values in their order, as integers of 32 bits. */
function order<T, K>(values: usize, length: usize, room: usize): void {
  sortPlaces<T, K>(values, length, room);
  for (let i: usize = 0; i < length; i++) store<u32>(from + (i << 2), load<u32>(from + (i << 3)));
}

/** Where what was found lies: sorted values or places. */
export function foundAt(): usize {
  return from;
}

/** Where it lies how often each of them is there. */
export function countsAt(): usize {
  return to;
}

/** Distinct values in order; gives their number. Zeros are one value. */
function distinct<T, K>(values: usize, length: usize, room: usize): usize {
  from = sizeof<T>() === sizeof<K>() ? values : room + length * sizeof<K>();
  to = room;
  sortKeys<K>(length, 0, toKeys<T, K>(values, length, from, true));
  let found: usize = 0;
  let begin: usize = 0;
  for (let i: usize = 1; i <= length; i++) {
    const key = load<K>(from + begin * sizeof<K>());
    if (i < length && load<K>(from + i * sizeof<K>()) === key) continue;
    store<K>(from + found * sizeof<K>(), key);
    store<u32>(to + (found << 2), <u32>(i - begin));
    found++;
    begin = i;
  }
  fromKeys<T, K>(from, found);
  return found;
}

/** The same, but the first place of each of them; the values lie at `room`. */
function firsts<T, K>(values: usize, length: usize, room: usize): usize {
  sortPlaces<T, K>(values, length, room);
  const keys = room;
  // The places overwrite what has been gone through.
  let found: usize = 0;
  let begin: usize = 0;
  for (let i: usize = 1; i <= length; i++) {
    const one = load<u64>(from + (begin << 3));
    if (i < length) {
      const other = load<u64>(from + (i << 3));
      const isSame =
        !((one ^ other) & UPPER) &&
        (sizeof<K>() === 4 ||
          load<u64>(keys + ((<usize>(<u32>one)) << 3)) === load<u64>(keys + ((<usize>(<u32>other)) << 3)));
      if (isSame) continue;
    }
    store<u32>(from + (found << 3), <u32>one);
    store<u32>(from + (found << 3) + 4, <u32>(i - begin));
    found++;
    begin = i;
  }
  for (let i: usize = 0; i < found; i++) {
    const pair = load<u64>(from + (i << 3));
    store<u32>(from + (i << 2), <u32>pair);
    store<u32>(to + (i << 2), <u32>(pair >> 32));
    store<T>(room + i * sizeof<T>(), load<T>(values + <usize>(<u32>pair) * sizeof<T>()));
  }
  return found;
}

/** Brings places of keys with the same upper halves to the order of the lower ones; false where that takes too many steps. */
function insertByLower(keys: usize, length: usize): bool {
  let steps = STEPS * length;
  const end = from + (length << 3);
  let previous = load<u64>(from);
  for (let at = from + 8; at < end; at += 8) {
    const one = load<u64>(at);
    if ((one ^ previous) & UPPER) {
      previous = one;
      continue;
    }
    const lower = load<u32>(keys + ((<usize>(<u32>one)) << 3));
    let place = at;
    while (place > from) {
      const other = load<u64>(place - 8);
      if ((other ^ one) & UPPER || load<u32>(keys + ((<usize>(<u32>other)) << 3)) <= lower) break;
      store<u64>(place, other);
      place -= 8;
    }
    store<u64>(place, one);
    const moved = (at - place) >> 3;
    if (moved > steps) return false;
    steps -= moved;
    previous = one;
  }
  return true;
}

export function sortFloat64(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<f64, u64>(values, rows, length, room);
}

export function orderFloat64(values: usize, length: usize, room: usize): void {
  order<f64, u64>(values, length, room);
}

export function distinctFloat64(values: usize, length: usize, room: usize): usize {
  return distinct<f64, u64>(values, length, room);
}

export function firstsFloat64(values: usize, length: usize, room: usize): usize {
  return firsts<f64, u64>(values, length, room);
}

export function sortFloat32(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<f32, u32>(values, rows, length, room);
}

export function orderFloat32(values: usize, length: usize, room: usize): void {
  order<f32, u32>(values, length, room);
}

export function distinctFloat32(values: usize, length: usize, room: usize): usize {
  return distinct<f32, u32>(values, length, room);
}

export function firstsFloat32(values: usize, length: usize, room: usize): usize {
  return firsts<f32, u32>(values, length, room);
}

export function sortInt64(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<i64, u64>(values, rows, length, room);
}

export function orderInt64(values: usize, length: usize, room: usize): void {
  order<i64, u64>(values, length, room);
}

export function distinctInt64(values: usize, length: usize, room: usize): usize {
  return distinct<i64, u64>(values, length, room);
}

export function firstsInt64(values: usize, length: usize, room: usize): usize {
  return firsts<i64, u64>(values, length, room);
}

export function sortUint64(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<u64, u64>(values, rows, length, room);
}

export function orderUint64(values: usize, length: usize, room: usize): void {
  order<u64, u64>(values, length, room);
}

export function distinctUint64(values: usize, length: usize, room: usize): usize {
  return distinct<u64, u64>(values, length, room);
}

export function firstsUint64(values: usize, length: usize, room: usize): usize {
  return firsts<u64, u64>(values, length, room);
}

export function sortInt32(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<i32, u32>(values, rows, length, room);
}

export function orderInt32(values: usize, length: usize, room: usize): void {
  order<i32, u32>(values, length, room);
}

export function distinctInt32(values: usize, length: usize, room: usize): usize {
  return distinct<i32, u32>(values, length, room);
}

export function firstsInt32(values: usize, length: usize, room: usize): usize {
  return firsts<i32, u32>(values, length, room);
}

export function sortUint32(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<u32, u32>(values, rows, length, room);
}

export function orderUint32(values: usize, length: usize, room: usize): void {
  order<u32, u32>(values, length, room);
}

export function distinctUint32(values: usize, length: usize, room: usize): usize {
  return distinct<u32, u32>(values, length, room);
}

export function firstsUint32(values: usize, length: usize, room: usize): usize {
  return firsts<u32, u32>(values, length, room);
}

export function sortInt16(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<i16, u32>(values, rows, length, room);
}

export function orderInt16(values: usize, length: usize, room: usize): void {
  order<i16, u32>(values, length, room);
}

export function distinctInt16(values: usize, length: usize, room: usize): usize {
  return distinct<i16, u32>(values, length, room);
}

export function firstsInt16(values: usize, length: usize, room: usize): usize {
  return firsts<i16, u32>(values, length, room);
}

export function sortUint16(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<u16, u32>(values, rows, length, room);
}

export function orderUint16(values: usize, length: usize, room: usize): void {
  order<u16, u32>(values, length, room);
}

export function distinctUint16(values: usize, length: usize, room: usize): usize {
  return distinct<u16, u32>(values, length, room);
}

export function firstsUint16(values: usize, length: usize, room: usize): usize {
  return firsts<u16, u32>(values, length, room);
}

export function sortInt8(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<i8, u32>(values, rows, length, room);
}

export function orderInt8(values: usize, length: usize, room: usize): void {
  order<i8, u32>(values, length, room);
}

export function distinctInt8(values: usize, length: usize, room: usize): usize {
  return distinct<i8, u32>(values, length, room);
}

export function firstsInt8(values: usize, length: usize, room: usize): usize {
  return firsts<i8, u32>(values, length, room);
}

export function sortUint8(values: usize, rows: usize, length: usize, room: usize): void {
  sortRows<u8, u32>(values, rows, length, room);
}

export function orderUint8(values: usize, length: usize, room: usize): void {
  order<u8, u32>(values, length, room);
}

export function distinctUint8(values: usize, length: usize, room: usize): usize {
  return distinct<u8, u32>(values, length, room);
}

export function firstsUint8(values: usize, length: usize, room: usize): usize {
  return firsts<u8, u32>(values, length, room);
}
