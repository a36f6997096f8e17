/** What a test can turn at the Planning Center stand-in, besides the kit's faults. */
export interface PlanningCenterKnobs {
  /** Requests one user may make in so many seconds. */
  readonly rate: { readonly requests: number; readonly seconds: number }
  /** Pages that begin behind so many records have a limit of their own, which no header tells. */
  readonly deep: { readonly above: number; readonly requests: number }
  /** Totals end here, and nothing is behind it; null: as in newer versions. */
  readonly cap: number | null
  /** How long an access token holds, seconds. */
  readonly tokenSeconds: number
  /** `updated_at` of a person moves with what belongs to the person. */
  readonly childrenTouch: boolean
}

export const plainKnobs: PlanningCenterKnobs = {
  rate: { requests: 100, seconds: 20 },
  deep: { above: 30_000, requests: 10 },
  cap: null,
  tokenSeconds: 7_200,
  childrenTouch: true,
}
