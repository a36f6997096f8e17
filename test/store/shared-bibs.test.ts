import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import type { Change, ChangeOutcome } from '../../main/engine/store/writer/record-change.ts'
import { findByCode, searchEntrants } from '../../main/engine/store/desk/find-entrants.ts'
import { run } from '../../main/engine/store/sql/statement.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let event: string
beforeEach(async () => {
  test = await openTestCore({ who: 'Eva' })
  event = await add('event', { name: 'Relay' })
})
afterEach(async () => {
  await test.close()
})

function create(entity: EntityName, fields: Fields, id = test.core.ports.ids.uuid()) {
  return { action: 'create', entity, id, fields } as const
}

const update = (id: string, fields: Fields) =>
  ({ action: 'update', entity: 'eventParticipant', id, fields }) as const

async function change(...changes: Change[]): Promise<readonly ChangeOutcome[]> {
  return applyChanges(test.core, changes)
}

async function add(entity: EntityName, fields: Fields): Promise<string> {
  const made = create(entity, fields)
  expect(await change(made)).toMatchObject([{ status: 'created' }])
  return made.id
}

/** An entry of somebody new; the person is made first. */
async function entry(firstName: string, fields: Fields) {
  const person = await add('person', { firstName, lastName: 'Lund' })
  return create('eventParticipant', { event, person, ...fields })
}

async function enter(firstName: string, fields: Fields): Promise<string> {
  const made = await entry(firstName, fields)
  expect(await change(made)).toMatchObject([{ status: 'created' }])
  return made.id
}

const sound = async () => {
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
}

describe('legs of one relay team', () => {
  const team = 'Fast Four'

  it('share their bib, one call or several', async () => {
    const ada = await enter('Ada', { number: '1', team, leg: 1 })
    const outcomes = await change(
      await entry('Bea', { number: '1', team, leg: 2 }),
      await entry('Cia', { number: '1', team, leg: 3 }),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'created'])
    // Everybody who wears it is found by it.
    expect(await findByCode(test.core.reader, event, '1', 10)).toHaveLength(3)
    expect(
      (await searchEntrants(test.core.reader, { eventId: event, query: '1', limit: 10 })).rows.map(
        ({ firstName, leg }) => [firstName, leg],
      ),
    ).toEqual([
      ['Ada', 1],
      ['Bea', 2],
      ['Cia', 3],
    ])
    expect(await change(update(ada, { notes: 'first' }))).toMatchObject([{ status: 'updated' }])
    await sound()
  })

  it.each([
    [
      'another team',
      { team: 'Slow Four', leg: 2 },
      {
        message: 'Bib 1 is taken by Ada Lund (1) of Fast Four: only legs of one team share a bib.',
        fields: { number: 'is taken by Ada Lund (1) of Fast Four' },
      },
    ],
    [
      'no team',
      { leg: 2 },
      {
        message: 'Bib 1 is taken by Ada Lund (1) of Fast Four: only legs of one team share a bib.',
        fields: { number: 'is taken by Ada Lund (1) of Fast Four' },
      },
    ],
    [
      'no leg',
      { team },
      {
        message: 'Bib 1 is taken by Ada Lund (1) of Fast Four: only legs of one team share a bib.',
        fields: { number: 'is taken by Ada Lund (1) of Fast Four' },
      },
    ],
    [
      'the same leg',
      { team, leg: 1 },
      {
        message: 'Bib 1 is taken by Ada Lund (1), who is leg 1 of Fast Four.',
        fix: 'Give each of the team a leg of their own.',
        fields: { leg: 'Ada Lund (1) is leg 1' },
      },
    ],
  ])('nobody else shares it: %s', async (_, fields, problem) => {
    const ada = await enter('Ada', { number: '1', team, leg: 1 })
    const [outcome] = await change(await entry('Dea', { number: '1', ...fields }))
    expect(outcome).toMatchObject({
      status: 'refused',
      problem: { code: 'taken', holder: { entity: 'eventParticipant', id: ada }, ...problem },
    })
    // The same among the rows of one page, where nobody holds it yet.
    const [first, second] = await change(
      await entry('Eva', { number: '2', team, leg: 1 }),
      await entry('Fia', { number: '2', ...fields }),
    )
    expect([first?.status, second?.status]).toEqual(['created', 'refused'])
    await sound()
  })

  it('one who wears it alone does not share', async () => {
    await enter('Ada', { number: '1', team })
    const [outcome] = await change(await entry('Bea', { number: '1', team, leg: 2 }))
    expect(outcome).toMatchObject({
      status: 'refused',
      problem: {
        message: 'Bib 1 is taken by Ada Lund (1), who wears it without a leg of Fast Four.',
      },
    })
  })

  it('change legs among themselves, and their name together; not alone', async () => {
    const [ada, bea] = [
      await enter('Ada', { number: '1', team, leg: 1 }),
      await enter('Bea', { number: '1', team, leg: 2 }),
    ]
    expect(await change(update(ada, { leg: 2 }), update(bea, { leg: 1 }))).toMatchObject([
      { status: 'updated' },
      { status: 'updated' },
    ])
    expect(await change(update(ada, { team: 'New' }), update(bea, { team: 'New' }))).toMatchObject([
      { status: 'updated' },
      { status: 'updated' },
    ])
    expect(await change(update(ada, { team: 'Old' }))).toMatchObject([{ status: 'refused' }])
    expect(await change(update(ada, { leg: null }))).toMatchObject([{ status: 'refused' }])
    expect(await change(update(ada, { leg: 1 }))).toMatchObject([{ status: 'refused' }])
    // Who leaves the bib may leave the team.
    expect(await change(update(ada, { team: 'Old', number: '9' }))).toMatchObject([
      { status: 'updated' },
    ])
    await sound()
  })

  it('two teams swap their bibs', async () => {
    const made: string[] = []
    for (const [number, name] of [
      ['1', 'A'],
      ['2', 'B'],
    ] as const) {
      for (const leg of [1, 2]) made.push(await enter(`${name}${leg}`, { number, team: name, leg }))
    }
    const outcomes = await change(
      ...made.map((id, at) => update(id, { number: at < 2 ? '2' : '1' })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('updated'))
    await sound()
  })

  it('others under one bib are named by the check', async () => {
    await enter('Ada', { number: '1', team, leg: 1 })
    const bea = await enter('Bea', { number: '1', team, leg: 2 })
    await run(test.core.db, `UPDATE event_participant SET team = 'Other' WHERE id = ?`, bea)
    const { problems } = await checkStore(test.core.reader, test.database)
    expect(problems.map(({ code }) => code)).toContain('bib')
  })
})

describe('a spare tag', () => {
  it('is held by nobody else, as the first or the spare one', async () => {
    const [one, two, three] = [
      await add('tag', { number: 'C1' }),
      await add('tag', { number: 'C2' }),
      await add('tag', { number: 'C3' }),
    ]
    const ada = await enter('Ada', { number: '1', tag: one, spareTag: two })
    const bea = await enter('Bea', { number: '2', tag: three })
    const holder = { entity: 'eventParticipant', id: ada }
    for (const [fields, message] of [
      [{ tag: two }, 'Tag is taken by Ada Lund (1).'],
      [{ spareTag: two }, 'Spare tag is taken by Ada Lund (1).'],
      [{ spareTag: one }, 'Spare tag is taken by Ada Lund (1).'],
    ] as const) {
      expect(await change(update(bea, fields))).toMatchObject([
        { status: 'refused', problem: { code: 'taken', message, holder } },
      ])
    }
    expect(await change(update(bea, { spareTag: three }))).toMatchObject([
      {
        status: 'refused',
        problem: { code: 'invalid', fields: { spareTag: 'is the tag already' } },
      },
    ])
    await sound()
  })

  it('changes places with the first one, and between two runners, in one call', async () => {
    const [one, two, three, four] = [
      await add('tag', { number: 'C1' }),
      await add('tag', { number: 'C2' }),
      await add('tag', { number: 'C3' }),
      await add('tag', { number: 'C4' }),
    ]
    const ada = await enter('Ada', { number: '1', tag: one, spareTag: two })
    const bea = await enter('Bea', { number: '2', tag: three, spareTag: four })
    expect(await change(update(ada, { tag: two, spareTag: one }))).toMatchObject([
      { status: 'updated' },
    ])
    expect(
      await change(
        update(ada, { tag: four, spareTag: three }),
        update(bea, { tag: one, spareTag: two }),
      ),
    ).toMatchObject([{ status: 'updated' }, { status: 'updated' }])
    await sound()
  })

  it('is free again when its entrant withdraws', async () => {
    const one = await add('tag', { number: 'C1' })
    const ada = await enter('Ada', { number: '1', spareTag: one })
    await change(update(ada, { status: 'withdrawn' }))
    await enter('Bea', { number: '2', tag: one })
    expect(await change(update(ada, { status: 'registered' }))).toMatchObject([
      { status: 'refused', problem: { code: 'taken' } },
    ])
  })

  it('finds its runner at the desk, typed or scanned', async () => {
    const two = await add('tag', { number: 'C-00200', barcode: '4711', uuid: 'E280' })
    const ada = await enter('Ada', { number: '1', spareTag: two })
    for (const code of ['C-00200', '4711', 'E280']) {
      expect(await findByCode(test.core.reader, event, code, 10)).toEqual([ada])
      expect(await findByCode(test.core.reader, null, code, 10)).toEqual([ada])
      const { rows: found } = await searchEntrants(test.core.reader, {
        eventId: event,
        query: code,
        limit: 10,
      })
      expect(found.map(({ id }) => id)).toEqual([ada])
    }
    // A tag that gets another number is found by that one.
    await change({ action: 'update', entity: 'tag', id: two, fields: { number: 'C-333' } })
    const { rows: found } = await searchEntrants(test.core.reader, {
      eventId: event,
      query: 'c-33',
      limit: 10,
    })
    expect(found.map(({ id }) => id)).toEqual([ada])
  })
})
