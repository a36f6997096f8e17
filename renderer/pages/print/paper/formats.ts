/** Paper and labels as they are sold, in millimetres. */

export interface Paper {
  readonly width: number
  readonly height: number
}

/** `roll` is one label of a label printer. */
export const papers = {
  a4: { width: 210, height: 297 },
  letter: { width: 215.9, height: 279.4 },
  roll: { width: 60, height: 40 },
} as const satisfies Record<string, Paper>
export type PaperName = keyof typeof papers
/** Papers of lists. */
export const listPapers = ['a4', 'letter'] as const
export type ListPaper = (typeof listPapers)[number]

export interface LabelFormat {
  readonly paper: PaperName
  readonly columns: number
  readonly rows: number
  /** Of one label. */
  readonly width: number
  readonly height: number
  /** Where the first label begins. */
  readonly left: number
  readonly top: number
  /** From the beginning of one label to the beginning of the next. */
  readonly across: number
  readonly down: number
}

/** Sizes are those the makers print on the box; the margins follow from centred sheets. */
export const labelFormats = {
  l7160: {
    ...{ paper: 'a4', columns: 3, rows: 7, width: 63.5, height: 38.1 },
    ...{ left: 7.21, top: 15.15, across: 66.04, down: 38.1 },
  },
  avery5160: {
    ...{ paper: 'letter', columns: 3, rows: 10, width: 66.675, height: 25.4 },
    ...{ left: 4.7625, top: 12.7, across: 69.85, down: 25.4 },
  },
  single60x40: {
    ...{ paper: 'roll', columns: 1, rows: 1, width: 60, height: 40 },
    ...{ left: 0, top: 0, across: 60, down: 40 },
  },
} as const satisfies Record<string, LabelFormat>
export type LabelName = keyof typeof labelFormats
export const labelNames = Object.keys(labelFormats) as LabelName[]

/** How many labels are on one sheet. */
export function labelsPerSheet({ columns, rows }: LabelFormat): number {
  return columns * rows
}

/** Where a label begins on its sheet. @param at from 0, along the rows */
export function labelPlace(
  { left, top, across, down, columns }: LabelFormat,
  at: number,
): { readonly left: number; readonly top: number } {
  return { left: left + (at % columns) * across, top: top + Math.floor(at / columns) * down }
}
