/** What an entry has to be without where another has it. Pure. */
import type { Problem } from '../../contract/problem.ts'
import { entities } from './entities.ts'

const bibRule = entities.eventParticipant.unique.find(({ shared }) => shared)!

/**
 * The fields a refusal `taken` of an entry is about. Two of one team that are the same leg collide in the bib they wear: it
 * is the bib one of them loses, and the leg stays as it was typed.
 */
export function takenFields({ fields = {} }: Problem): readonly string[] {
  const bib = bibRule.fields.at(-1)!
  return [
    ...new Set(Object.keys(fields).map((name) => (name === bibRule.shared!.apart ? bib : name))),
  ]
}
