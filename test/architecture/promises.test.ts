/** What Marshal promises (README.md, "What it promises") is numbered, and whoever looks for a number finds its tests. */
import { expect, it } from 'vitest'
import { projectFiles } from './source-tree.ts'

const promises = {
  1: 'killed anywhere: nothing saved is lost, nothing is made twice',
  2: 'power fails, the disk is full, the file is damaged',
  3: 'answers and webhooks twice, late, in any order',
  4: 'answers lost after a write',
  5: 'a server that asks for patience, fails or hangs',
  6: 'one poison record among ten thousand',
  7: 'our own changes coming back',
  8: 'clocks that are wrong',
  9: 'hostile answers',
  10: 'a long week without network',
  11: 'killed while the database is brought up to date',
  12: 'restored, recovered, removed and added again: nothing is made twice',
  13: 'what is said is so: success, up to date, paused',
}

it.each(Object.entries(promises))('promise %s has a test named after it: %s', (number) => {
  const named = new RegExp(
    `\\b(describe|it)(\\.each\\([\\s\\S]*?\\))?\\(\\s*['\`]Promise ${number}: `,
  )
  const files = projectFiles().filter(
    ({ path, text }) => path.endsWith('.test.ts') && named.test(text),
  )
  expect(files.map(({ path }) => path)).not.toEqual([])
})
