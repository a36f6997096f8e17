/** Races to choose from: the next ones, or those whose name has what was typed in it, also past editions. */
import { z } from 'zod'
import type { ChoiceList } from '../kit/define-adapter.ts'
import { everywhere, raceAnswer } from './api.ts'

const racesAnswer = z.looseObject({ races: z.array(raceAnswer) })

/** Races shown at most: people type more of the name. */
const mostShown = 100

/** RunSignup leaves out races before today unless it is told a day. */
const longAgo = '2000-01-01'

export const listRaces: ChoiceList = async (client, search, signal) => {
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
