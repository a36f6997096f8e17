// What a project's JSON report says, in the few lines that belong at the end of a long log.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from './run.mjs'

/**
 * Reads the report of one project that ended with `code`. Answers counts of tests, and lines to print:
 * `failures`, `secondChances` (passed only when tried again), `skips` (one line for each group).
 */
export function readResults(project, report, code) {
  const results = { passed: 0, failed: 0, skipped: 0, failures: [], secondChances: [], skips: [] }
  let found
  try {
    found = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    found = { testResults: [] } // no test files yet, or it died before writing
  }
  const skipped = new Map()
  for (const { name, status, message, assertionResults } of found.testResults) {
    const file = relative(root, name)
    const place = [project, file]
    const failuresBefore = results.failed
    for (const test of assertionResults) {
      const titled = [...place, ...test.ancestorTitles.filter(Boolean), test.title].join(' › ')
      if (test.status === 'passed') {
        results.passed += 1
        // A test that is given a second chance keeps the errors of its first.
        if (test.failureMessages.length > 0)
          results.secondChances.push(`${titled}\n    ${firstLine(test.failureMessages[0])}`)
      } else if (test.status === 'failed') {
        results.failed += 1
        results.failures.push(`${titled}\n    ${firstLine(test.failureMessages[0])}`)
      } else {
        results.skipped += 1
        const group = [...place, ...test.ancestorTitles.filter(Boolean)].join(' › ')
        skipped.set(group, (skipped.get(group) ?? 0) + 1)
      }
    }
    if (status === 'failed' && results.failed === failuresBefore) {
      results.failed += 1
      const why = message || 'its preparation or tidying up failed, see above'
      results.failures.push(`${place.join(' › ')}\n    ${firstLine(why)}`)
    }
  }
  results.skips = [...skipped].map(([group, count]) => `${group}: ${count}`)
  // A crash, an unhandled error or a timeout fails the run without failing a test.
  if (code !== 0 && results.failed === 0) {
    results.failed = 1
    results.failures.push(`${project}\n    ended with ${code} although no test failed, see above`)
  }
  return results
}

/** A message that opens with a bracket says nothing in its first line: then more of it, on one line. */
function firstLine(text = 'without a message') {
  const plain = stripVTControlCharacters(text).trim()
  const [first] = plain.split('\n')
  return (/[[{(:]$/.test(first) ? plain.replace(/\s+/g, ' ') : first).slice(0, 300)
}
