/** What the box for transformations and its worker say to each other. Plain data only. */
import type { Boxed } from '../targets/kit/box.ts'

/** One page of work. */
export type TransformPage =
  | { readonly kind: 'map'; readonly expression: string; readonly values: readonly unknown[] }
  | { readonly kind: 'holds'; readonly rule: unknown; readonly values: readonly unknown[] }
  | { readonly kind: 'read-xml'; readonly text: string }
  | { readonly kind: 'write-xml'; readonly root: string; readonly value: unknown }

/** `ready` once, then one answer for each page. `unusable`: the expression itself cannot be read. */
export type TransformAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'mapped'; readonly values: readonly Boxed<unknown>[] }
  | { readonly kind: 'held'; readonly kept: readonly boolean[] }
  | { readonly kind: 'xml'; readonly result: Boxed<unknown> }
