/** Who works at this browser. It goes along with every call over HTTP, so that two browsers of one service are two names. */
import { computed } from 'vue'
import { nobody, tidyName, type Operator } from '../../main/contract/operator.ts'
import { readKept, useKept } from '../composables/use-kept.ts'

const key = 'marshal.operator'
const kept = useKept<Partial<Operator>>(key, nobody, localStorage)

addEventListener('storage', (event) => {
  // Another tab of this browser was told; null: all of the storage was emptied.
  if (event.storageArea === localStorage && (event.key === key || event.key === null))
    kept.value = readKept<Partial<Operator>>(localStorage, key, nobody)
})

/** Empty names where nobody said yet. */
export const operatorOfBrowser = computed<Operator>({
  get: () => ({ name: tidyName(kept.value.name), desk: tidyName(kept.value.desk) }),
  set: ({ name, desk }) => (kept.value = { name: tidyName(name), desk: tidyName(desk) }),
})
