/** Relay teams and second chips at a timing system that has each bib once, and one tag for each entrant. */
import { expect, it } from 'vitest'
import { addEntrant, raceDay } from '../support/race-day.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

it('of a relay team the first leg wears the bib there, all arrive, and nothing is sent twice', async () => {
  const marshal = await startAtTagServer()
  const day = await raceDay(marshal)
  const team = 'Fast Four'
  for (const [at, name] of ['Ada', 'Bea', 'Cia'].entries()) {
    const tag = await marshal.set('tag', { number: `T-${at + 1}` })
    const { participant } = await addEntrant(marshal, day, {
      bib: `9${at}`,
      firstName: name,
      tag: tag.id,
    })
    await marshal.set('eventParticipant', { number: '1', team, leg: at + 1 }, participant.id)
  }
  expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { failed: 0 } })
  const there = async () =>
    (await marshal.server.dump('event-participants'))
      .map((one) => [String(one['number']), (one['tag'] as { id: number } | null) !== null])
      .toSorted()
  expect(await there()).toEqual([
    ['1', true],
    ['null', true],
    ['null', true],
  ])
  for (const kind of ['delta', 'reconcile', 'initial'] as const) {
    expect(await marshal.sync({ kind })).toMatchObject({
      outbound: { created: 0, updated: 0, deleted: 0, failed: 0 },
    })
  }
})

it('a bib of its own travels, whatever the leg', async () => {
  const marshal = await startAtTagServer()
  const day = await raceDay(marshal)
  for (const [at, name] of ['Ada', 'Bea'].entries()) {
    const { participant } = await addEntrant(marshal, day, { bib: `10${at}`, firstName: name })
    await marshal.set('eventParticipant', { team: 'Fast Four', leg: at + 1 }, participant.id)
  }
  await marshal.sync()
  const there = (await marshal.server.dump('event-participants')).map((one) => one['number'])
  expect(there.toSorted()).toEqual(['100', '101'])
})

it('a spare tag is at the server as a tag; whose it is stays here', async () => {
  const marshal = await startAtTagServer()
  const day = await raceDay(marshal)
  const [first, spare] = [
    await marshal.set('tag', { number: 'T-1' }),
    await marshal.set('tag', { number: 'T-2' }),
  ]
  const { participant } = await addEntrant(marshal, day, {
    bib: '1',
    firstName: 'Ada',
    tag: first.id,
  })
  await marshal.set('eventParticipant', { spareTag: spare.id }, participant.id)
  expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { failed: 0 } })
  const tags = await marshal.server.dump('tags')
  expect(tags.map((one) => one['number']).toSorted()).toEqual(['T-1', 'T-2'])
  const [entrant] = await marshal.server.dump('event-participants')
  expect(entrant).toMatchObject({ tag: { id: tags.find((one) => one['number'] === 'T-1')!.id } })
  // Changing places: the first one counts there.
  await marshal.set('eventParticipant', { tag: spare.id, spareTag: first.id }, participant.id)
  await marshal.sync()
  const [after] = await marshal.server.dump('event-participants')
  expect(after).toMatchObject({ tag: { id: tags.find((one) => one['number'] === 'T-2')!.id } })
})
