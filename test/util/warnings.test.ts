import { expect, test, vi } from 'vitest';
import { resetWarnings, warn } from '../../src/util/warnings.js';

test('each text is said once per category until the reset', () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  resetWarnings();
  for (let i = 0; i < 3; i++) warn('UserWarning', 'watch out');
  warn('UndefinedMetricWarning', 'watch out');
  resetWarnings();
  warn('UserWarning', 'watch out');
  expect(emitted.mock.calls).toEqual([
    ['watch out', 'UserWarning'],
    ['watch out', 'UndefinedMetricWarning'],
    ['watch out', 'UserWarning'],
  ]);
  emitted.mockRestore();
});
