/** Orders strings by code point, as Python does; JavaScript's `<` orders UTF-16 units, which differs beyond U+FFFF. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return surrogatesLast(a.charCodeAt(i)) - surrogatesLast(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Shifts the surrogates, which stand for the highest code points, above the other units. */
const surrogatesLast = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
