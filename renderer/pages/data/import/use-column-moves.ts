/** A field is filled by one column. Choosing it for another takes it from the first, which is said at once. */
import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNotices } from '../../../composables/use-notices.ts'

type Mapping = Readonly<Record<string, string | null>>

/** @returns what a person chose once `field` is to come from `column`: no other choice of it stays. Pure. */
export function chooseField(
  chosen: Readonly<Record<string, string>>,
  column: string,
  field: string,
): Record<string, string> {
  const others = Object.entries(chosen).filter(
    ([name, other]) => name !== column && (other !== field || field === ''),
  )
  return { ...Object.fromEntries(others), [column]: field }
}

/** The other column that fills a field now; null where there is none. Pure. */
export function columnOf(mapping: Mapping, field: string, except: string): string | null {
  if (field === '') return null
  return Object.keys(mapping).find((name) => name !== except && mapping[name] === field) ?? null
}

export function useColumnMoves(options: {
  /** Column → field, as the engine reads the file now. */
  readonly columns: () => Mapping
  readonly chosen: () => Readonly<Record<string, string>>
  readonly choose: (chosen: Record<string, string>) => void
  readonly labelOf: (field: string) => string
}) {
  const { t } = useI18n()
  const { notify } = useNotices()
  /** Column that lost its field → the sentence that says where to. */
  const moved = shallowRef<Readonly<Record<string, string>>>({})

  function map(column: string, field: string): void {
    const before = { ...options.chosen() }
    const loser = columnOf(options.columns(), field, column)
    const { [column]: _chosenAnew, ...others } = moved.value
    moved.value = others
    options.choose(chooseField(before, column, field))
    if (loser === null) return
    const words = { field: options.labelOf(field), column, from: loser }
    moved.value = { ...others, [loser]: t('forms.column.lost', words) }
    notify({
      text: t('forms.column.moved', words),
      action: {
        label: t('common.undo'),
        run: () => {
          moved.value = others
          options.choose(before)
        },
      },
    })
  }

  return { moved, map }
}
