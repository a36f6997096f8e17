/** What is asked of the history, kept in the address so that it can be gone back to and shared. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { HistoryFilter } from '../../../main/contract/records.ts'
import { originKind } from '../../../main/contract/words.ts'
import { entityNames } from '../data/entity-names.ts'

/** Days as `2026-05-16`, of this computer's calendar. */
export type ChangeChoice = Partial<
  Record<'entity' | 'who' | 'origin' | 'from' | 'since' | 'until' | 'text', string | null>
>

export function useChangeFilter() {
  const route = useRoute()
  const router = useRouter()
  const one = (name: string) => {
    const value = route.query[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  const filter = computed<HistoryFilter>(() => ({
    ...given(
      'entity',
      entityNames.find((name) => name === one('entity')),
    ),
    ...given('id', one('id')),
    ...given('who', one('who')),
    ...given(
      'origin',
      originKind.options.find((kind) => kind === one('origin')),
    ),
    ...given('from', one('from')),
    ...given('since', instant(one('since'), '00:00:00.000')),
    ...given('until', instant(one('until'), '23:59:59.999')),
    ...given('text', one('text')?.trim() || undefined),
  }))

  /** Changes what is asked for; null asks for anything. */
  function choose(choice: ChangeChoice) {
    const query = Object.fromEntries(
      Object.entries({ ...route.query, ...choice }).filter(([, value]) => Boolean(value)),
    )
    void router.replace({ query })
  }

  return {
    filter,
    one,
    choose,
    isFiltered: computed(() => Object.keys(filter.value).length > 0),
    clear: () => void router.replace({ query: {} }),
  }
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value }
}

/** A day here as an instant; nothing for what is no day. */
function instant(day: string | undefined, time: string): string | undefined {
  const date = new Date(`${day}T${time}`)
  return day === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
