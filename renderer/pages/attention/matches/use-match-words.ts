/** Why a record was not linked by itself, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type { MatchView } from '../../../../main/contract/conflicts.ts'
import { useLikenessWords } from '../../../composables/use-likeness-words.ts'
import { useFieldReading } from '../../data/use-field-reading.ts'

export function useMatchWords() {
  const { t } = useI18n()
  const { label } = useFieldReading()
  const { likenessWords } = useLikenessWords()
  return {
    reasonWords({ cause, entity, target }: Pick<MatchView, 'cause' | 'entity' | 'target'>): string {
      const key = `matches.reason.${cause.code}`
      switch (cause.code) {
        case 'key':
        case 'similar':
          return t(key, { what: cause.fields.map((field) => label(entity, field)).join(', ') })
        case 'linked':
        case 'joined':
          return t(key, { id: cause.linkedTo })
        case 'several':
          return t(key, { n: cause.count })
        case 'doubtful':
          return t(key, { likeness: likenessWords(cause.likeness) })
        case 'said':
          return cause.said
        default:
          return t(key, { target })
      }
    },
    /** What the section says of all its records anyway. */
    isUsual: ({ cause }: Pick<MatchView, 'cause'>): boolean =>
      cause.code === 'nothing' || cause.code === 'new-here',
  }
}
