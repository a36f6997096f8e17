/** The entries of a person as names, for systems that know no races: tags, segments, lists. Pure. */
import { many, one, type PartContent } from './resource.ts'

/** The part of a person that `entryNames` reads. */
export const entryPart = many('eventParticipant', {
  parts: {
    event: one('event'),
    places: many('startGroupParticipant', {
      parts: { startGroup: one('startGroup', { parts: { race: one('race') } }) },
    }),
  },
})

/**
 * Events, races and start groups of the entries that stand, as `Spring`, `Spring / Ten` and `Spring / Ten / Elite`, each
 * once and in a fixed order.
 * @param longest characters of a name at most
 */
export function entryNames(entries: readonly PartContent[], longest: number): readonly string[] {
  const names = entries.flatMap(({ fields, one: { event }, many: { places = [] } }) => {
    const name = event?.fields['name']
    if (!name || fields['status'] === 'withdrawn') return []
    const races = places.flatMap(({ one: { startGroup } }) => {
      const race = startGroup?.one['race']?.fields['name']
      const group = startGroup?.fields['name']
      return race
        ? [
            `${name} / ${race}`,
            ...(group && group !== race ? [`${name} / ${race} / ${group}`] : []),
          ]
        : []
    })
    return [String(name), ...races]
  })
  return [...new Set(names.map((name) => [...name].slice(0, longest).join('')))].toSorted()
}
