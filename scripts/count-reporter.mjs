// A vitest reporter that leaves the counts of a run in the file that SHEAF_COUNTS names. Everything that went wrong
// counts as failed, whether or not it has the form of a test: files that do not load, broken hooks, unhandled errors.
import { writeFileSync } from 'node:fs';

const countedAs = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'failed' };

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) counts[countedAs[test.result().state]]++;
    }
    writeFileSync(process.env.SHEAF_COUNTS, JSON.stringify(counts));
  }
}
