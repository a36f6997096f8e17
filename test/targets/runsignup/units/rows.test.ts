import { describe, expect, it } from 'vitest'
import { inTurns } from '../../../../main/engine/targets/runsignup/rows.ts'

describe('a page of RunSignup', () => {
  it('is read in turns: whatever else waits goes on in between', async () => {
    let turns = 0
    let waiting = setImmediate(function count() {
      turns += 1
      waiting = setImmediate(count)
    })
    const rows = Array.from({ length: 2_500 }, (_, n) => n)
    expect(await inTurns(rows, (n) => n + 1)).toEqual(rows.map((n) => n + 1))
    clearImmediate(waiting)
    expect(turns).toBeGreaterThanOrEqual(12)
  })
})
