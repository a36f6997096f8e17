/** What a workbook and the thread that unpacks it say to each other. Plain data only. */

/** What the thread is started with. */
export interface WorkbookStart {
  readonly bytes: Uint8Array
}

export interface SheetLine {
  /** Row of the sheet, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Cells whose formula has no value; what they show is in `cells`. */
  readonly faults?: readonly number[]
}

export interface SheetView {
  readonly name: string
  readonly hidden: boolean
  /** Rows that hold anything. */
  readonly rows: number
  /** The first of them. */
  readonly start: readonly SheetLine[]
}

/** Why a file is no workbook that can be read. */
export type WorkbookFault =
  'archive' | 'damaged' | 'numbers' | 'other-document' | 'password' | 'too-large'

export interface RowsWanted {
  readonly sheet: string
  readonly from: number
  readonly count: number
}

/** `opened` or `refused` once, then one answer for each page that is wanted, in order. */
export type WorkbookAnswer =
  | { readonly kind: 'opened'; readonly sheets: readonly SheetView[] }
  | { readonly kind: 'refused'; readonly fault: WorkbookFault }
  | { readonly kind: 'rows'; readonly rows: readonly SheetLine[] }
