/** What the filter and its worker say to each other. Plain data only. */
import type { FieldValue } from '../../contract/records.ts'

/** What the worker is started with: the conditions of each entity the filter mentions. */
export interface WorkerStart {
  readonly conditions: Readonly<Record<string, readonly unknown[]>>
}

/** A page of records, each as the values of `fields` in that order. */
export interface PageToJudge {
  readonly entity: string
  readonly fields: readonly string[]
  readonly rows: readonly (readonly FieldValue[])[]
}

/** `ready` once, then one answer for each page, in order. */
export type WorkerAnswer =
  { readonly kind: 'ready' } | { readonly kind: 'judged'; readonly kept: readonly boolean[] }
