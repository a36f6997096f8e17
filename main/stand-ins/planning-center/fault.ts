/** What a call is refused with. */
export class PlanningCenterFault extends Error {
  readonly status: number
  /** A text, also where it is a number. */
  readonly code: string
  readonly title: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    detail: string,
    facts: { title?: string; code?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail)
    this.status = status
    this.code = facts.code ?? String(status)
    this.title = facts.title ?? (status === 422 ? 'Validation Error' : 'Error')
    this.headers = facts.headers ?? {}
  }
}

export const notFound = () =>
  new PlanningCenterFault(404, 'The resource you requested could not be found', {
    title: 'Not Found',
  })
