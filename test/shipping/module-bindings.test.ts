import { expect, test } from 'vitest';
import { moduleBindings } from '../../src/shipping/module-bindings.js';

const constantsIn = (source: string, ...names: string[]) => {
  const { isConstant } = moduleBindings(source);
  return names.filter(isConstant);
};

test('names that keep their value: declared once, assigned nowhere', () => {
  const module = `
    export const a = 1, [b, { c }] = [2, { c: 3 }];
    export function f() { let a; a = 2; for (d of []) ({ e: e[0] } = {}); g++; return (h) => (h = 1); }
    export default class K {}
    let d, e, g, h, i, j = 1;
    [i = 2] = [];
    { let j; j = 2; }
    var v = 1;
    import { z } from 'm';`;
  expect(constantsIn(module, ...'abcfKdeghijvz', 'absent')).toEqual([...'abcfKehj']);
});

test('nothing is known to be constant in sloppy code, or where eval can assign', () => {
  expect(constantsIn('const a = 1; function f() {}', 'a', 'f')).toEqual([]);
  expect(constantsIn("'use strict'; const a = 1; function f() {}", 'a', 'f')).toEqual(['a', 'f']);
  expect(constantsIn("'use strict'; const a = 1; function f() { eval('f = 1'); }", 'a', 'f')).toEqual([]);
  expect(constantsIn("'use strict'; function f() {} { var f = 2; }", 'f')).toEqual([]);
  const vite = "(async (x) => {'use strict'; const a = 1; let b; b = 2; function f() {} })";
  expect(constantsIn(vite, 'a', 'b', 'f')).toEqual(['a', 'f']);
});
