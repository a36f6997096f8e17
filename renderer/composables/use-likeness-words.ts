/** What two persons share and where they differ, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type { Likeness } from '../../main/contract/reasons.ts'

export function useLikenessWords() {
  const { t } = useI18n()
  return {
    /** Without a full stop. */
    likenessWords: ({ name, shared, differs }: Likeness): string =>
      [
        t(`words.likeness.name.${name}`),
        ...shared.map((fact) => t(`words.likeness.shared.${fact}`)),
        ...differs.map((fact) => t(`words.likeness.differs.${fact}`)),
      ].join(', '),
  }
}
