import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeLease } from '../../main/engine/store/runs/targets.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const minute = 60_000_000
const year = 365 * 24 * 60 * minute
const noon = 1_795_262_400_000_000

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const take = (owner: string, now: number) =>
  takeLease(test.core.db, { name: 'run:1', owner }, now, minute)

it('a lease is one owner’s until it runs out', async () => {
  expect(await take('a', noon)).toBe(true)
  expect(await take('b', noon + minute / 2)).toBe(false)
  expect(await take('a', noon + minute / 2)).toBe(true)
  expect(await take('b', noon + minute + 1)).toBe(false)
  expect(await take('b', noon + 2 * minute)).toBe(true)
})

it('a lease that was left behind does not hold for ten years because the clock was set back', async () => {
  expect(await take('a', noon + 10 * year)).toBe(true)
  expect(await take('b', noon)).toBe(true)
})
