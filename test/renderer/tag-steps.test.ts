import { describe, expect, it } from 'vitest'
import type { EntrantCard } from '../../main/contract/desk.ts'
import { tagStep, type TagMode } from '../../renderer/pages/desk/tags/tag-steps.ts'

const entrant = (id: string, bib: string, tag: string | null = null) =>
  ({ id, bib, tag, spareTag: null }) as EntrantCard
const ana = entrant('a', '12', 'T-12')
const bo = entrant('b', '13')

const step = (
  mode: TagMode,
  waiting: EntrantCard | null,
  code: string,
  found: EntrantCard | null,
) => tagStep(mode, waiting, { code, entrant: found })

describe('handing out tags', () => {
  it('takes a bib, then its tag', () => {
    expect(step('handOut', null, '13', bo)).toEqual({ kind: 'hold', entrant: bo, left: null })
    expect(step('handOut', bo, 'T-13', null)).toEqual({ kind: 'give', entrant: bo })
  })
  it('says whose a tag is when no bib was read', () => {
    expect(step('handOut', null, 'T-12', ana)).toEqual({ kind: 'whose', entrant: ana })
    expect(step('handOut', null, 'T-99', null)).toEqual({ kind: 'nobody' })
  })
  it('takes the bib that is read twice for no tag, and the next bib for the next entrant', () => {
    expect(step('handOut', bo, '13', bo)).toEqual({ kind: 'bibAgain', entrant: bo })
    expect(step('handOut', bo, '12', ana)).toEqual({ kind: 'hold', entrant: ana, left: bo })
  })
  it('leaves it to the engine to refuse the tag of somebody else', () => {
    expect(step('handOut', bo, 'T-12', ana)).toEqual({ kind: 'give', entrant: bo })
  })
  it('takes a number that is a tag of its bearer as a tag', () => {
    const same = entrant('c', '7', '7')
    expect(step('handOut', null, '7', same)).toEqual({ kind: 'whose', entrant: same })
  })
})

describe('checking tags', () => {
  it('says whose a tag is, and whether it belongs to the bib before', () => {
    expect(step('check', null, 'T-12', ana)).toEqual({ kind: 'whose', entrant: ana })
    expect(step('check', null, '12', ana)).toEqual({ kind: 'hold', entrant: ana, left: null })
    expect(step('check', ana, 'T-12', ana)).toEqual({ kind: 'right', entrant: ana })
    expect(step('check', bo, 'T-12', ana)).toEqual({ kind: 'wrong', entrant: bo, holder: ana })
    expect(step('check', bo, 'T-99', null)).toEqual({ kind: 'wrong', entrant: bo, holder: null })
    expect(step('check', bo, '12', ana)).toEqual({ kind: 'hold', entrant: ana, left: null })
  })
})
