/** Races and events of RunSignup to choose from. */
import { z } from 'zod'
import type { ChoiceList } from '../kit/define-adapter.ts'
import { everywhere, raceAnswer } from './api.ts'
import { configure, type Settings } from './settings.ts'
import { Site } from './site.ts'

const racesAnswer = z.looseObject({ races: z.array(raceAnswer) })

/** Races shown at most: people type more of the name. */
const mostShown = 100

/** RunSignup leaves out races before today unless it is told a day. */
const longAgo = '2000-01-01'

/** The next races, or those whose name has what was typed in it, also past editions. */
export const listRaces: ChoiceList = async ({ client }, search, signal) => {
  const found = search.trim()
  const { value } = await client.json(racesAnswer, {
    method: 'GET',
    path: '/races',
    query: [
      ...everywhere,
      ['results_per_page', mostShown],
      ...(found === ''
        ? [['sort', 'date ASC'] as const]
        : [
            ['name', found] as const,
            ['start_date', longAgo] as const,
            ['sort', 'date DESC'] as const,
          ]),
    ],
    signal,
  })
  return value.races.map(({ race }) => {
    const city = race.address?.['city']
    const detail = [String(race.race_id), race.next_date, typeof city === 'string' ? city : null]
    return {
      value: String(race.race_id),
      label: race.name,
      detail: detail.filter(Boolean).join(' · '),
    }
  })
}

/** The events of the race, those of the newest edition first. Throws `SyncError` `config` while no race is given. */
export const listEvents: ChoiceList<Settings> = async ({ client, settings }, _search, signal) => {
  const site = new Site(client, configure(settings, client.redact))
  const { events } = await site.race(signal)
  const newest = events.toSorted(
    (one, other) =>
      startOf(other.start_time) - startOf(one.start_time) || one.event_id - other.event_id,
  )
  return newest.map(({ event_id: id, name, start_time: start }) => ({
    value: String(id),
    label: name ?? String(id),
    detail: [String(id), start].filter(Boolean).join(' · '),
  }))
}

/** To sort by: their wall time, whatever its zone; an event without one stands last. */
const startOf = (wallTime: string | null | undefined) => Date.parse(wallTime ?? '') || 0
