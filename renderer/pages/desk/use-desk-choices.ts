/** Choices of the desk's select fields, in the reader's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DeskEvent, ParticipantStatus } from '../../../main/contract/desk.ts'

export interface Choice {
  readonly title: string
  readonly value: string
}

const allStatuses = Object.keys({
  registered: true,
  checkedIn: true,
  started: true,
  finished: true,
  dns: true,
  dnf: true,
  dsq: true,
  withdrawn: true,
} satisfies Record<ParticipantStatus, true>)
/** Usual sizes; any other can be typed. */
export const shirtSizes = ['XXS', 'XS', 'S', 'M', 'L', 'XL', 'XXL', '3XL']
const allGenders = ['unknown', 'female', 'male', 'other']

/** Statuses and genders as choices; `groupChoices` names the race only where there is more than one. */
export function useDeskChoices() {
  const { t } = useI18n()
  const choices = (area: string, values: readonly string[]) =>
    computed(() => values.map((value) => ({ value, title: t(`words.${area}.${value}`) })))
  return {
    statuses: choices('status', allStatuses),
    genders: choices('gender', allGenders),
    groupChoices(groups: DeskEvent['startGroups']): Choice[] {
      const oneRace = new Set(groups.map(({ race }) => race)).size <= 1
      return groups.map(({ id, name, race }) => ({
        value: id,
        title: oneRace ? name : `${race} · ${name}`,
      }))
    },
  }
}
