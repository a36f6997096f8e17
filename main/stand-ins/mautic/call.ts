/** A call, and what it is about. */
import type { Given, Stored } from './contacts.ts'

export interface Call {
  readonly method: string
  /** Below `/api`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** What of a collection is there and how it is shown. */
export interface Kind {
  readonly plural: 'contacts' | 'companies'
  readonly singular: 'contact' | 'company'
  readonly all: Map<number, Stored>
  readonly show: (one: Stored) => Given
  readonly add: (given: Given) => { readonly one: Stored; readonly isNew: boolean }
  readonly edit: (one: Stored, given: Given, replaces: boolean) => Stored
}
