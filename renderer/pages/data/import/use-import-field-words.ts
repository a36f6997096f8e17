/** Names of import fields in the reader's language. A start list has columns of its own (`first_name`, `bib`). */
import { useI18n } from 'vue-i18n'
import type { ImportPreview } from '../../../../main/contract/imports.ts'

export function useImportFieldWords() {
  const { t, te } = useI18n()
  return {
    labelOf: ({ name, label }: ImportPreview['fields'][number]): string => {
      const plain = name.replace(/_(\p{L})/gu, (_, letter: string) => letter.toUpperCase())
      const key = [`imports.field.${name}`, `data.field.${plain}`].find((known) => te(known))
      return key === undefined ? label : t(key)
    },
  }
}
